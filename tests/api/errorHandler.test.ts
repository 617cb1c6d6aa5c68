import { fastify } from "fastify";
import { expect, it } from "vitest";
import { createErrorHandler } from "../../api/errorHandler.js";
import { BusyError } from "../../commands/handle.js";
import { DomainError } from "../../domain/errors.js";
import { AudioCheckBusyError } from "../../platform/audio/audioCheck.js";
import { EventStoreUnavailableError } from "../../platform/eventStore/eventStore.js";
import { UnknownKeyError } from "../../platform/vault/vault.js";
import { fakeClock } from "../support/fakeClock.js";

/** What a caller is answered when a route throws this. */
async function answerTo(error: unknown) {
  const app = fastify();
  app.setErrorHandler(createErrorHandler(fakeClock("2026-11-22T23:59:50.000Z")));
  app.get("/", async () => {
    throw error;
  });
  const response = await app.inject("/");
  const { code, message, field } = response.json().error;
  return {
    status: response.statusCode,
    code,
    message,
    field,
    retry: response.headers["retry-after"],
  };
}

it("hides what we did not expect behind one sentence", async () => {
  const answer = await answerTo(new Error("password of ana is hunter2"));
  expect(answer).toMatchObject({ status: 500, code: "INTERNAL" });
  expect(answer.message).not.toContain("hunter2");
});

it.each([
  ["too many on one stream", new BusyError("Too many."), "BUSY"],
  ["too many files to check", new AudioCheckBusyError("Too many files."), "BUSY"],
  ["no event store", new EventStoreUnavailableError("down"), "UNAVAILABLE"],
  ["no database", Object.assign(new Error("x"), { code: "ECONNREFUSED" }), "UNAVAILABLE"],
  ["a key missing", new UnknownKeyError("The vault knows no key x."), "UNAVAILABLE"],
  ["no Redis", new Error("Command timed out"), "UNAVAILABLE"],
  ["no ledger", new DomainError("LEDGER_NOT_OPEN", "Not open."), "LEDGER_NOT_OPEN"],
])("asks to come back when there is %s", async (_what, error, code) => {
  expect(await answerTo(error)).toMatchObject({ status: 503, code });
});

it("names the field whose text is too long", async () => {
  const error = new DomainError("TEXT_TOO_LONG", "message is too long.", "message");
  const answer = { status: 422, code: "TEXT_TOO_LONG", field: "message" };
  expect(await answerTo(error)).toMatchObject(answer);
});

it("names the field whose number is out of range", async () => {
  const error = new DomainError("NUMBER_OUT_OF_RANGE", "bytes is out of range.", "bytes");
  const answer = { status: 422, code: "NUMBER_OUT_OF_RANGE", field: "bytes" };
  expect(await answerTo(error)).toMatchObject(answer);
});

it("says until when the daily limit holds", async () => {
  const answer = await answerTo(new DomainError("DAILY_LIMIT_EXCEEDED", "Used up."));
  expect(answer).toMatchObject({ status: 429, retry: "10" });
});
