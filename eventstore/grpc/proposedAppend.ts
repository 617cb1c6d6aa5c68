import type streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { appendBytesMax } from "../limits.js";
import { parseEventId } from "../storage/eventId.js";
import type { ProposedEvent } from "../storage/eventRecord.js";
import type { AppendRequest } from "../writing/appendEvents.js";
import type { ExpectedRevision } from "../writing/expectedRevision.js";
import { failureOf, invalidArgument, RequestError } from "./failure.js";
import { uuidText } from "./uuid.js";

type ProposedMessage =
  | streamsPb.AppendReq.ProposedMessage
  | streamsPb.BatchAppendReq.ProposedMessage;

/**
 * An append as it arrives, message by message. The first mistake is kept and told at the end; of
 * an append that is too large nothing is held in memory.
 */
export class ProposedAppend {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  #events: ProposedEvent[] = [];
  #bytes = 0;
  #mistake: RequestError | undefined;

  constructor(stream: string, expected: ExpectedRevision) {
    this.stream = stream;
    this.expected = expected;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(message: ProposedMessage): void {
    if (this.#mistake) return;
    try {
      const event = toProposedEvent(message);
      this.#bytes += sizeOf(event);
      if (this.#bytes > appendBytesMax) throw new RequestError({ kind: "appendTooLarge" });
      this.#events.push(event);
    } catch (error) {
      this.#mistake = new RequestError(failureOf(error));
      this.#events = [];
    }
  }

  /** @throws RequestError for the first mistake in it. */
  complete(): AppendRequest {
    if (this.#mistake) throw this.#mistake;
    return { stream: this.stream, expected: this.expected, events: this.#events };
  }
}

/** What counts against the limit of an append: two bytes for each UTF-16 unit of the type. */
function sizeOf({ type, data, metadata }: ProposedEvent): number {
  return data.length + metadata.length + 2 * type.length;
}

function toProposedEvent(message: ProposedMessage): ProposedEvent {
  const properties = message.getMetadataMap();
  const type = properties.get("type");
  const contentType = properties.get("content-type");
  if (type === undefined || contentType === undefined) {
    throw new RequestError({ kind: "missingEventMetadata" });
  }
  if (type === "") throw invalidArgument("An event type must not be empty.");
  const id = parseEventId(uuidText(message.getId()));
  if (id === undefined) throw invalidArgument("An event id must be a UUID other than all zeros.");
  return {
    id,
    type,
    isJson: contentType === "application/json",
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}
