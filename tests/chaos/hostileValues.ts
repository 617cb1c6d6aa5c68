import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import fc from "fast-check";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import timestampPb from "google-protobuf/google/protobuf/timestamp_pb.js";

const { AppendReq, BatchAppendReq, DeleteReq, ReadReq, TombstoneReq } = streamsPb;
const { Options } = ReadReq;

/** Messages for one call of a method. */
export interface HostileCall {
  readonly method: string;
  readonly messages: readonly Uint8Array[];
}

const empty = new sharedPb.Empty();
/** Mostly right, or a message with several values would always be refused for one of them. */
const often = <Value>(value: Value, others: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: others });

const uint64 = fc.constantFrom(
  ...["0", "1", "2147483648", "4294967295", "9007199254740993", "9223372036854775806"],
  ...["9223372036854775807", "9223372036854775808", "18446744073709551615"],
);
const int64 = fc.constantFrom("0", "-1", "9223372036854775807", "-9223372036854775808");
const seconds = fc.constantFrom(0, -1, 253_402_300_800, 8e15, -8e15);
const uint32 = fc.constantFrom(0, 1, 2, 500, 2_147_483_647, 4_294_967_295);

const streamName = fc.oneof(
  fc.constantFrom("s", "$s", "$$s", "$$$s", "$$$$s", "$$", "$$$$", "$", "", "$all", "\0", "日本"),
  fc.constantFrom("n".repeat(1_024), "n".repeat(1_025), "n".repeat(60_000), "$$".repeat(600)),
  fc.string({ unit: "binary" }),
);
const nameBytes = fc.oneof(
  { weight: 5, arbitrary: streamName.map((name) => Buffer.from(name)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
);
const stream = fc.option(
  nameBytes.map((name) => new sharedPb.StreamIdentifier().setStreamName(name)),
  { nil: undefined, freq: 9 },
);

const uuidText = fc.oneof(
  fc.uuid(),
  fc.constantFrom("", "0", "00000000-0000-0000-0000-000000000000", "x".repeat(5_000)),
  fc.string({ unit: "binary" }),
);
const structured = fc.tuple(int64, int64).map(([high, low]) => {
  const halves = new sharedPb.UUID.Structured();
  halves.setMostSignificantBits(high);
  halves.setLeastSignificantBits(low);
  return new sharedPb.UUID().setStructured(halves);
});
const uuid = fc.option(
  fc.oneof(
    uuidText.map((text) => new sharedPb.UUID().setString(text)),
    structured,
  ),
  { nil: undefined, freq: 9 },
);

const linkOrMetadata = fc.constantFrom(
  ...["0@s", "9223372036854775807@s", "9999999999999999999@$$s", "0@", "@", "0@$$$$s"],
  ...['{"$tb":9223372036854775807}', '{"$tb":-1}', '{"$tb":1e400}', '{"$maxCount":0}', "[1]"],
  ...['{"$maxAge":1e300}', '{"$maxCount":9e18,"$maxAge":1}', '{"__proto__":{"$tb":1}}', "null"],
);
const payload = fc.oneof(
  linkOrMetadata.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 2_000 }),
);
const properties = fc.record({
  type: often("$>", fc.constantFrom("$metadata", "", "T".repeat(70_000), "日".repeat(30_000))),
  "content-type": often("application/json", fc.string()),
});

const goodId = fc.uuid().map((text) => new sharedPb.UUID().setString(text));

type Proposed = streamsPb.AppendReq.ProposedMessage | streamsPb.BatchAppendReq.ProposedMessage;
function proposed<Message extends Proposed>(create: () => Message): fc.Arbitrary<Message> {
  const id = fc.oneof({ weight: 4, arbitrary: goodId }, { weight: 1, arbitrary: uuid });
  return fc.tuple(id, properties, payload, payload).map(([id, found, data, metadata]) => {
    const message = create();
    if (id) message.setId(id);
    message.setData(data);
    message.setCustomMetadata(metadata);
    for (const [key, value] of Object.entries(found)) message.getMetadataMap().set(key, value);
    return message;
  });
}

interface Expecting {
  setStreamIdentifier(value?: sharedPb.StreamIdentifier): unknown;
  setRevision(value: string): unknown;
  setAny(value?: sharedPb.Empty): unknown;
  setNoStream(value?: sharedPb.Empty): unknown;
  setStreamExists(value?: sharedPb.Empty): unknown;
}
function expecting<Message extends Expecting>(create: () => Message): fc.Arbitrary<Message> {
  const word = fc.constantFrom("any", "none", "no_stream", "stream_exists", "revision");
  return fc.tuple(stream, word, uint64).map(([name, expected, revision]) => {
    const options = create();
    options.setStreamIdentifier(name);
    if (expected === "any") options.setAny(empty);
    if (expected === "no_stream") options.setNoStream(empty);
    if (expected === "stream_exists") options.setStreamExists(empty);
    if (expected === "revision") options.setRevision(revision);
    return options;
  });
}

const appendMessage = fc.oneof(
  expecting(() => new AppendReq.Options()).map((options) => new AppendReq().setOptions(options)),
  proposed(() => new AppendReq.ProposedMessage()).map((message) =>
    new AppendReq().setProposedMessage(message),
  ),
);

const batchOptions = fc
  .tuple(stream, often("any", fc.constantFrom("none", "position")), uint64, fc.option(seconds))
  .map(([name, expected, position, deadline]) => {
    const options = new BatchAppendReq.Options();
    options.setStreamIdentifier(name);
    if (expected === "any") options.setAny(new emptyPb.Empty());
    if (expected === "position") options.setStreamPosition(position);
    if (deadline !== null) options.setDeadline(new timestampPb.Timestamp().setSeconds(deadline));
    return options;
  });
const batchMessage = fc
  .record({
    correlation: uuid,
    options: fc.option(batchOptions, { nil: undefined, freq: 4 }),
    messages: fc.array(
      proposed(() => new BatchAppendReq.ProposedMessage()),
      { maxLength: 3 },
    ),
    isFinal: often(true, fc.constant(false)),
  })
  .map(({ correlation, options, messages, isFinal }) => {
    const request = new BatchAppendReq().setCorrelationId(correlation).setOptions(options);
    return request.setProposedMessagesList(messages).setIsFinal(isFinal);
  });

const Filter = Options.FilterOptions;
const filter = fc
  .record({
    regex: fc.constantFrom("", "(", "^[^$].*", "(?i)x", "\\", "[\u{1f3b9}-a]"),
    prefixes: fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }),
    on: fc.constantFrom("name", "type", "none"),
    window: fc.option(uint32),
    multiplier: uint32,
  })
  .map(({ regex, prefixes, on, window, multiplier }) => {
    const expression = new Filter.Expression().setRegex(regex).setPrefixList(prefixes);
    const options = new Filter().setCheckpointintervalmultiplier(multiplier);
    if (on === "name") options.setStreamIdentifier(expression);
    if (on === "type") options.setEventType(expression);
    return window === null ? options.setCount(empty) : options.setMax(window);
  });

interface Ends {
  setStart(value?: sharedPb.Empty): unknown;
  setEnd(value?: sharedPb.Empty): unknown;
}
type Place = { readonly at: "start" | "end" | "place" | "none"; readonly place: string };

function setEnd(source: Ends, { at }: Place): void {
  if (at === "start") source.setStart(empty);
  if (at === "end") source.setEnd(empty);
}

const place = fc.record<Place>({
  place: uint64,
  at: fc.constantFrom("start", "end", "place", "none"),
});
const allSource = place.map((from) => {
  const source = new Options.AllOptions();
  setEnd(source, from);
  const position = new Options.Position().setCommitPosition(from.place);
  if (from.at === "place") source.setPosition(position.setPreparePosition(from.place));
  return new Options().setAll(source);
});
const streamSource = fc.tuple(place, stream).map(([from, name]) => {
  const source = new Options.StreamOptions().setStreamIdentifier(name);
  setEnd(source, from);
  if (from.at === "place") source.setRevision(from.place);
  return new Options().setStream(source);
});
const readSource = fc.oneof(allSource, streamSource);
const readMessage = fc
  .record({
    options: readSource,
    filter: fc.option(filter, { freq: 1 }),
    count: fc.option(uint64, { freq: 2 }),
    isBackwards: fc.boolean(),
    resolves: fc.boolean(),
    ids: fc.constantFrom("text", "numbers", "none"),
  })
  .map(({ options, filter: wanted, count, isBackwards, resolves, ids }) => {
    if (wanted === null) options.setNoFilter(empty);
    else options.setFilter(wanted);
    if (count === null) options.setSubscription(new Options.SubscriptionOptions());
    else options.setCount(count);
    options.setReadDirection(isBackwards ? 1 : 0).setResolveLinks(resolves);
    const form = new Options.UUIDOption();
    if (ids === "text") options.setUuidOption(form.setString(empty));
    if (ids === "numbers") options.setUuidOption(form.setStructured(empty));
    return new ReadReq().setOptions(options);
  });

interface Encodable {
  serializeBinary(): Uint8Array;
}
const callOf = (method: string, message: fc.Arbitrary<Encodable>, maxLength = 1) =>
  fc.array(message, { minLength: 1, maxLength }).map(
    (messages): HostileCall => ({
      method,
      messages: messages.map((one) => one.serializeBinary()),
    }),
  );

/** Well-formed, but no honest client would send it. */
export const anyMessage: fc.Arbitrary<HostileCall> = fc.oneof(
  callOf("Append", appendMessage, 5),
  callOf("BatchAppend", batchMessage, 5),
  callOf("Read", readMessage),
  callOf(
    "Delete",
    expecting(() => new DeleteReq.Options()).map((options) => new DeleteReq().setOptions(options)),
  ),
  callOf(
    "Tombstone",
    expecting(() => new TombstoneReq.Options()).map((options) =>
      new TombstoneReq().setOptions(options),
    ),
  ),
);
