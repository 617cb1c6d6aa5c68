import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { handleClientStreamingCall } from "@grpc/grpc-js";
import { noRevision } from "../storage/streamHead.js";
import type { Store } from "../store.js";
import { type AppendOutcome, type AppendRequest, appendEvents } from "../writing/appendEvents.js";
import type { ExpectedRevision } from "../writing/expectedRevision.js";
import { failureOf, invalidArgument, RequestError, tooManyWaiting } from "./failure.js";
import { grpcStatus } from "./grpcStatus.js";
import { ProposedAppend } from "./proposedAppend.js";
import { requestedExpectation } from "./requestedRevision.js";
import { requestedStream } from "./streamIdentifier.js";

const { AppendResp } = streamsPb;
type AppendReq = streamsPb.AppendReq;
type AppendResp = streamsPb.AppendResp;

/** Streams.Append: options, then one message for each event; the client's half-close commits. */
export function appendHandler(store: Store): handleClientStreamingCall<AppendReq, AppendResp> {
  return (call, callback) => {
    let append: ProposedAppend | undefined;
    let mistake: unknown;
    // A mistake is told at the half-close: a client that is still sending could miss it earlier.
    call.on("data", (message: AppendReq) => {
      if (mistake !== undefined) return;
      try {
        append = receive(append, message);
      } catch (error) {
        mistake = error;
      }
    });
    call.on("end", () => {
      finish(store, append, mistake).then(
        (response) => callback(null, response),
        (error: unknown) => callback(grpcStatus(failureOf(error))),
      );
    });
  };
}

function receive(append: ProposedAppend | undefined, message: AppendReq): ProposedAppend {
  const event = message.getProposedMessage();
  if (append !== undefined && event !== undefined) {
    append.add(event);
    return append;
  }
  const options = message.getOptions();
  if (append !== undefined || options === undefined) {
    throw invalidArgument("An append begins with its options, then come the events.");
  }
  const stream = requestedStream(options.getStreamIdentifier());
  const revision = options.hasRevision() ? options.getRevision() : undefined;
  return new ProposedAppend(stream, requestedExpectation(options, revision));
}

async function finish(
  { writer }: Store,
  append: ProposedAppend | undefined,
  mistake: unknown,
): Promise<AppendResp> {
  if (mistake !== undefined) throw mistake;
  if (append === undefined) throw invalidArgument("The append's options are missing.");
  const request = append.complete();
  // Each call brings one append, so calls can't be left unread until there is room.
  if (!writer.hasRoom) throw new RequestError(tooManyWaiting);
  const outcome = await writer.write(
    (transaction) => appendEvents(transaction, request),
    append.bytes,
  );
  return toResponse(request, outcome);
}

/** Here a wrong expected revision is an answer like success, not an error. */
function toResponse({ stream, expected }: AppendRequest, outcome: AppendOutcome): AppendResp {
  const response = new AppendResp();
  switch (outcome.kind) {
    case "success":
      return response.setSuccess(success(outcome.lastRevision, outcome.position));
    case "wrongExpectedRevision":
      return response.setWrongExpectedVersion(wrongExpectedVersion(expected, outcome.current));
    case "streamDeleted":
      throw new RequestError({ kind: "streamDeleted", stream });
  }
}

function success(lastRevision: bigint, position: bigint | undefined) {
  const content = new AppendResp.Success();
  if (lastRevision === noRevision) content.setNoStream(new sharedPb.Empty());
  else content.setCurrentRevision(`${lastRevision}`);

  if (position === undefined) return content.setNoPosition(new sharedPb.Empty());
  const where = new AppendResp.Position();
  where.setCommitPosition(`${position}`);
  where.setPreparePosition(`${position}`);
  return content.setPosition(where);
}

function wrongExpectedVersion(expected: ExpectedRevision, current: bigint) {
  const content = new AppendResp.WrongExpectedVersion();
  if (current === noRevision) content.setCurrentNoStream(new sharedPb.Empty());
  else content.setCurrentRevision(`${current}`);

  if (expected === "any") return content.setExpectedAny(new sharedPb.Empty());
  if (expected === "no_stream") return content.setExpectedNoStream(new sharedPb.Empty());
  if (expected === "stream_exists") return content.setExpectedStreamExists(new sharedPb.Empty());
  return content.setExpectedRevision(`${expected}`);
}
