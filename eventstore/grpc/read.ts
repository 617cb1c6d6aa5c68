import type streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { handleServerStreamingCall } from "@grpc/grpc-js";
import { resolvedResponse } from "../reading/links.js";
import { type EventRecord, responseOf } from "../storage/eventRecord.js";
import type { Store } from "../store.js";
import { failureOf, shuttingDown } from "./failure.js";
import { withStructuredIds } from "./readAnswers.js";
import { readAll, readStream } from "./readEvents.js";
import { parseReadRequest, type ReadRequest } from "./readRequest.js";
import { ResponseStream } from "./responseStream.js";
import { subscribeToAll, subscribeToStream } from "./subscribe.js";

/** Streams.Read: four kinds of reading behind one method. */
export function readHandler(store: Store): handleServerStreamingCall<streamsPb.ReadReq, Buffer> {
  return (call) => {
    const out = new ResponseStream(call);
    const finished = answerRead(store, call.request, out)
      .then(() => out.end())
      .catch((error: unknown) => out.fail(failureOf(error)))
      .finally(() => store.calls.delete(openCall));
    const openCall = { endAsUnavailable: () => out.fail(shuttingDown), finished };
    store.calls.add(openCall);
  };
}

async function answerRead(
  store: Store,
  message: streamsPb.ReadReq,
  out: ResponseStream,
): Promise<void> {
  const request = parseReadRequest(message.getOptions());
  const { source, amount } = request;
  const call = { store, out, request, encode: encoder(store, request) };
  if (amount === "subscription") {
    await (source.kind === "all" ? subscribeToAll(call, source) : subscribeToStream(call, source));
  } else {
    await (source.kind === "all"
      ? readAll(call, source, amount)
      : readStream(call, source, amount));
  }
}

function encoder({ database, nowTicks }: Store, request: ReadRequest) {
  const encode = request.resolvesLinks
    ? (record: EventRecord): Buffer => resolvedResponse(database, record, nowTicks())
    : responseOf;
  if (!request.hasStructuredIds) return encode;
  return (record: EventRecord): Buffer => withStructuredIds(encode(record));
}
