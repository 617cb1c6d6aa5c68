import type streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { handleBidiStreamingCall, ServerDuplexStream } from "@grpc/grpc-js";
import { incompleteAppendMsMax, incompleteAppendsMax, unreadAnswersMax } from "../limits.js";
import type { Store } from "../store.js";
import { appendEvents } from "../writing/appendEvents.js";
import { type BatchAppendResult, batchAppendAnswer } from "./batchAppendAnswer.js";
import {
  failureOf,
  invalidArgument,
  RequestError,
  refusalFailure,
  shuttingDown,
} from "./failure.js";
import { grpcStatus } from "./grpcStatus.js";
import { ProposedAppend } from "./proposedAppend.js";
import { requestedExpectation } from "./requestedRevision.js";
import { requestedStream } from "./streamIdentifier.js";
import { uuidText } from "./uuid.js";

type Request = streamsPb.BatchAppendReq;

interface IncompleteAppend {
  /** Its first message: the answer repeats the correlation id and the stream as they came. */
  readonly opening: Request;
  readonly append: ProposedAppend;
  readonly timer: NodeJS.Timeout;
}

/** Streams.BatchAppend: one call of a client that carries all its appends. */
export function batchAppendHandler(store: Store): handleBidiStreamingCall<Request, Buffer> {
  return (call) => new BatchAppendCall(store, call).listen();
}

/** Every append is answered within the call: an error status would end all appends of the client. */
class BatchAppendCall {
  readonly #store: Store;
  readonly #call: ServerDuplexStream<Request, Buffer>;
  readonly #incomplete = new Map<string, IncompleteAppend>();
  #unanswered = 0;
  #isHalfClosed = false;

  constructor(store: Store, call: ServerDuplexStream<Request, Buffer>) {
    this.#store = store;
    this.#call = call;
  }

  listen(): void {
    this.#call.on("data", (request: Request) => {
      this.#receive(request);
      this.#regulate();
    });
    this.#call.on("drain", () => this.#regulate());
    this.#call.once("end", () => {
      this.#isHalfClosed = true;
      this.#dropIncomplete();
      this.#endWhenAnswered();
    });
    this.#call.once("close", () => this.#dropIncomplete());
    this.#register();
  }

  #register(): void {
    const endAsUnavailable = (): void => void this.#call.emit("error", grpcStatus(shuttingDown));
    // It reaches the database through the writer only, which finishes by itself.
    const openCall = { endAsUnavailable, finished: Promise.resolve() };
    this.#store.calls.add(openCall);
    this.#call.once("close", () => this.#store.calls.delete(openCall));
  }

  /** An append may come in several messages, between those of others. */
  #receive(request: Request): void {
    const correlation = uuidText(request.getCorrelationId());
    const begun = this.#incomplete.get(correlation);
    if (begun === undefined && request.hasOptions()) {
      this.#begin(correlation, request);
    } else if (begun !== undefined) {
      addMessages(begun.append, request);
      if (!request.getIsFinal()) return;
      this.#drop(correlation, begun);
      void this.#commit(begun.opening, begun.append);
    }
    // Without options and not begun: the rest of an append that was answered already.
  }

  #begin(correlation: string, opening: Request): void {
    try {
      const append = beginAppend(opening);
      const patienceMs = this.#patienceMs(opening);
      if (patienceMs <= 0) throw new RequestError({ kind: "timeout" });
      addMessages(append, opening);
      if (opening.getIsFinal()) void this.#commit(opening, append);
      else this.#awaitRest(correlation, opening, append, patienceMs);
    } catch (error) {
      this.#answer(opening, failureOf(error));
    }
  }

  #awaitRest(
    correlation: string,
    opening: Request,
    append: ProposedAppend,
    patienceMs: number,
  ): void {
    if (this.#incomplete.size === incompleteAppendsMax) {
      throw invalidArgument(`At most ${incompleteAppendsMax} appends of a call may be incomplete.`);
    }
    const timer = setTimeout(() => {
      this.#incomplete.delete(correlation);
      this.#answer(opening, { kind: "timeout" });
    }, patienceMs);
    this.#incomplete.set(correlation, { opening, append, timer });
  }

  /** How long this append may stay incomplete: until its deadline, and not longer than the limit. */
  #patienceMs(opening: Request): number {
    const deadlineMs = opening.getOptions()?.getDeadline()?.toDate().getTime();
    if (deadlineMs === undefined) return incompleteAppendMsMax;
    return Math.min(deadlineMs - this.#store.nowMs(), incompleteAppendMsMax);
  }

  async #commit(opening: Request, append: ProposedAppend): Promise<void> {
    this.#unanswered += 1;
    this.#answer(opening, await this.#resultOf(append));
    this.#unanswered -= 1;
    this.#endWhenAnswered();
  }

  async #resultOf(append: ProposedAppend): Promise<BatchAppendResult> {
    try {
      const request = append.complete();
      const { writer } = this.#store;
      const outcome = await writer.write(
        (transaction) => appendEvents(transaction, request),
        append.bytes,
      );
      return outcome.kind === "success" ? outcome : refusalFailure(outcome, request);
    } catch (error) {
      return failureOf(error);
    }
  }

  #answer(opening: Request, result: BatchAppendResult): void {
    if (!this.#call.destroyed) this.#call.write(batchAppendAnswer(opening, result));
  }

  /** Takes no more appends while too many wait for the disk, or their answers for the client. */
  #regulate(): void {
    const hasRoom = this.#store.writer.hasRoom && this.#call.writableLength < unreadAnswersMax;
    if (hasRoom === !this.#call.isPaused()) return;
    if (hasRoom) {
      this.#call.resume();
    } else {
      this.#call.pause();
      this.#store.writer.whenRoom(() => this.#regulate());
    }
  }

  #drop(correlation: string, { timer }: IncompleteAppend): void {
    clearTimeout(timer);
    this.#incomplete.delete(correlation);
  }

  #dropIncomplete(): void {
    for (const [correlation, incomplete] of this.#incomplete) this.#drop(correlation, incomplete);
  }

  #endWhenAnswered(): void {
    if (this.#isHalfClosed && this.#unanswered === 0) this.#call.end();
  }
}

/** @throws RequestError */
function beginAppend(opening: Request): ProposedAppend {
  const options = opening.getOptions();
  if (options === undefined) throw invalidArgument("The append's options are missing.");
  const stream = requestedStream(options.getStreamIdentifier());
  const revision = options.hasStreamPosition() ? options.getStreamPosition() : undefined;
  return new ProposedAppend(stream, requestedExpectation(options, revision));
}

function addMessages(append: ProposedAppend, request: Request): void {
  for (const message of request.getProposedMessagesList()) append.add(message);
}
