import type streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { checkpointWindowEvents } from "../limits.js";
import type { EventFilter } from "../reading/eventFilter.js";
import type { Direction } from "../storage/lmdbDatabase.js";
import { invalidArgument } from "./failure.js";
import { requestedRevision } from "./requestedRevision.js";
import { requestedStream } from "./streamIdentifier.js";

type Options = streamsPb.ReadReq.Options;

/** A revision of a stream or a position of `$all`, or one of its two ends. */
export type From = bigint | "start" | "end";

export interface RequestedFilter extends EventFilter {
  /** A subscription tells a checkpoint after so many events, shown or not. */
  readonly checkpointEvents: number;
}

export type ReadSource =
  | { readonly kind: "stream"; readonly stream: string; readonly from: From }
  | { readonly kind: "all"; readonly from: From; readonly filter: RequestedFilter | undefined };

export interface ReadRequest {
  readonly source: ReadSource;
  /** A number of events to read, or all that ever come. */
  readonly amount: bigint | "subscription";
  readonly direction: Direction;
  readonly resolvesLinks: boolean;
  readonly hasStructuredIds: boolean;
}

/** @throws RequestError if the combination makes no sense, as on the real server. */
export function parseReadRequest(options: Options | undefined): ReadRequest {
  if (options === undefined) throw invalidArgument("The read options are missing.");
  const direction = options.getReadDirection() === 0 ? "forwards" : "backwards";
  const source = parseSource(options);
  const amount = parseAmount(options);
  if (amount === "subscription" && direction === "backwards") {
    throw invalidArgument("A subscription reads forwards.");
  }
  const uuidOption = options.getUuidOption();
  if (uuidOption === undefined) throw invalidArgument("The form of event ids is missing.");
  const resolvesLinks = options.getResolveLinks();
  return { source, amount, direction, resolvesLinks, hasStructuredIds: !uuidOption.hasString() };
}

function parseAmount(options: Options): bigint | "subscription" {
  if (options.hasSubscription()) return "subscription";
  if (options.hasCount()) return BigInt(options.getCount());
  throw invalidArgument("A read names a count of events, or subscribes.");
}

function parseSource(options: Options): ReadSource {
  const stream = options.getStream();
  const all = options.getAll();
  const filter = parseFilter(options);
  if (stream !== undefined) {
    if (filter !== undefined) throw invalidArgument("Only $all can be filtered.");
    const name = requestedStream(stream.getStreamIdentifier());
    const revision = stream.hasRevision() ? requestedRevision(stream.getRevision()) : undefined;
    return { kind: "stream", stream: name, from: parseFrom(stream, revision) };
  }
  if (all !== undefined) {
    const position = all.getPosition()?.getCommitPosition();
    const from = parseFrom(all, position === undefined ? undefined : BigInt(position));
    return { kind: "all", from, filter };
  }
  throw invalidArgument("A read names a stream or $all.");
}

function parseFrom(ends: { hasStart(): boolean; hasEnd(): boolean }, place: bigint | undefined) {
  if (place !== undefined) return place;
  if (ends.hasStart()) return "start";
  if (ends.hasEnd()) return "end";
  throw invalidArgument("The place to read from is missing.");
}

function parseFilter(options: Options): RequestedFilter | undefined {
  if (options.hasNoFilter()) return undefined;
  const filter = options.getFilter();
  if (filter === undefined) throw invalidArgument("A read says whether it is filtered.");
  const onName = filter.getStreamIdentifier();
  const expression = onName ?? filter.getEventType();
  if (expression === undefined) throw invalidArgument("The filter's expression is missing.");

  const window = filter.hasMax() ? filter.getMax() : checkpointWindowEvents;
  const checkpointEvents = window * filter.getCheckpointintervalmultiplier();
  if (checkpointEvents === 0) throw invalidArgument("The checkpoint interval must not be 0.");
  const on = onName === undefined ? "eventType" : "streamName";
  return { on, match: parseExpression(expression), checkpointEvents };
}

function parseExpression(
  expression: streamsPb.ReadReq.Options.FilterOptions.Expression,
): EventFilter["match"] {
  const regex = expression.getRegex();
  if (regex === "") return { prefixes: expression.getPrefixList() };
  try {
    return { regex: new RegExp(regex) };
  } catch {
    throw invalidArgument("The filter is not a valid regular expression.");
  }
}
