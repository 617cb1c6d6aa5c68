import { once } from "node:events";
import type streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { describe, expect, it, onTestFinished } from "vitest";
import { collect } from "../contract/storeUnderTest.js";
import { type BatchChunk, batchChunk, streamIdentifier } from "./protocolRequests.js";
import { clientOf, protocolClientOf, temporaryStore } from "./temporaryStore.js";

type Answer = streamsPb.BatchAppendResp;

/** One BatchAppend call; `answers` is resolved with all answers once the store has ended it. */
async function openCall() {
  const store = await temporaryStore();
  const call = protocolClientOf(store).batchAppend();
  onTestFinished(() => call.cancel());
  call.on("error", () => undefined); // Its own cancellation, when the test is over.
  const answers: Answer[] = [];
  call.on("data", (answer: Answer) => answers.push(answer));
  return {
    client: clientOf(store),
    send: (chunk: BatchChunk) => call.write(batchChunk(chunk)),
    write: (request: streamsPb.BatchAppendReq) => call.write(request),
    firstAnswer: async (): Promise<Answer> => {
      if (answers.length === 0) await once(call, "data");
      const [answer] = answers;
      if (answer === undefined) throw new Error("The call ended without an answer.");
      return answer;
    },
    allAnswers: async (): Promise<readonly Answer[]> => {
      call.end();
      await once(call, "end");
      return answers;
    },
  };
}

const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
const typesIn = async (client: ReturnType<typeof clientOf>, stream: string) =>
  (await collect(client.readStream(stream))).map(({ event }) => event?.type);

/** Correlation id, and the last revision or the message of the error. */
function summary(answer: Answer): [string | undefined, string | undefined] {
  const error = answer.getError()?.getMessage();
  const revision = answer.getSuccess()?.getCurrentRevision();
  return [answer.getCorrelationId()?.getString(), error ?? revision];
}

describe("a batch append call", () => {
  it("joins the messages of an append, also between those of another", async () => {
    const { client, send, allAnswers } = await openCall();
    send({ correlation: one, stream: "s-1", types: ["A"], isFinal: false });
    send({ correlation: two, stream: "s-2", types: ["X"], isFinal: false });
    send({ correlation: one, types: ["B", "C"], isFinal: false });
    send({ correlation: two, types: [], isFinal: true });
    send({ correlation: one, types: ["D"], isFinal: true });
    expect((await allAnswers()).map(summary)).toEqual([
      [two, "0"],
      [one, "3"],
    ]);
    expect(await typesIn(client, "s-1")).toEqual(["A", "B", "C", "D"]);
  });

  it("repeats the stream in its answers, which clients rely on", async () => {
    const { send, firstAnswer } = await openCall();
    send({ correlation: one, stream: "s-1", types: ["A"], isFinal: true });
    const identifier = (await firstAnswer()).getStreamIdentifier();
    expect(identifier?.toObject()).toEqual(streamIdentifier("s-1").toObject());
  });

  it("answers what is complete when the client ends it, and forgets the rest", async () => {
    const { send, allAnswers } = await openCall();
    send({ correlation: one, stream: "s-1", types: ["A"], isFinal: true });
    send({ correlation: two, stream: "s-1", types: ["B"], isFinal: false });
    expect((await allAnswers()).map(summary)).toEqual([[one, "0"]]);
  });

  it("gives up an append whose end does not come by its deadline, and stores nothing", async () => {
    const { client, send, firstAnswer, allAnswers } = await openCall();
    const deadline = new Date(Date.now() + 100);
    send({ correlation: one, stream: "s-1", types: ["A"], isFinal: false, deadline });
    expect(summary(await firstAnswer())).toEqual([one, "Timeout"]);
    send({ correlation: one, types: ["B"], isFinal: true });
    expect(await allAnswers()).toHaveLength(1);
    await expect(typesIn(client, "s-1")).rejects.toThrow();
  });

  it("refuses an append whose deadline has passed", async () => {
    const { send, firstAnswer } = await openCall();
    const deadline = new Date(Date.now() - 1);
    send({ correlation: one, stream: "s-1", types: ["A"], isFinal: true, deadline });
    expect(summary(await firstAnswer())).toEqual([one, "Timeout"]);
  });

  it("goes on after a bad append, of which it says what is wrong", async () => {
    const { send, write, allAnswers } = await openCall();
    const withoutExpectation = batchChunk({
      correlation: one,
      stream: "s-1",
      types: ["A"],
      isFinal: true,
    });
    withoutExpectation.getOptions()?.clearAny();
    write(withoutExpectation);
    send({ correlation: one, stream: "", types: ["A"], isFinal: true });
    send({ correlation: one, stream: "$$", types: ["A"], isFinal: true });
    send({ correlation: one, stream: "$$$$", types: ["A"], isFinal: true });
    send({ correlation: one, stream: "n".repeat(1_025), types: ["A"], isFinal: true });
    send({ correlation: one, stream: "s-1", types: [""], isFinal: true });
    send({ correlation: two, stream: "s-1", types: ["A"], isFinal: true });
    const answers = (await allAnswers()).map(summary);
    const bad = [one, "BadRequest"];
    expect(answers.toSorted()).toEqual([bad, bad, bad, bad, bad, bad, [two, "0"]].toSorted());
  });

  it("ignores messages of an append it does not know", async () => {
    const { send, allAnswers } = await openCall();
    send({ correlation: one, types: ["A"], isFinal: true });
    expect(await allAnswers()).toEqual([]);
  });
});
