import { type Client, type ServiceError, status } from "@grpc/grpc-js";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../eventstore/temporaryStore.js";
import { anyMessage } from "./hostileValues.js";
import { BatchAppender, connect } from "./rawAppends.js";
import { type StoreProcess, startStoreProcess, storeProgram } from "./storeProcess.js";

storeProgram();

const seed = Number(process.env["CHAOS_SEED"] ?? Date.now());
const messageBytesMax = 17 * 1_024 * 1_024;

const streams = "/event_store.client.streams.Streams";
const methods = [
  `${streams}/Read`,
  `${streams}/Append`,
  `${streams}/BatchAppend`,
  `${streams}/Delete`,
  `${streams}/Tombstone`,
  "/event_store.client.server_features.ServerFeatures/GetSupportedMethods",
  "/event_store.client.gossip.Gossip/Read",
] as const;

/** What a client can be told of a message that it should not have sent. */
const cleanCodes: readonly (number | undefined)[] = [
  status.OK,
  status.CANCELLED,
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.FAILED_PRECONDITION,
  status.ABORTED,
  status.INTERNAL, // grpc-js, of a message that cannot be decoded.
];

const asIs = (bytes: Buffer): Buffer => bytes;

/** Sends bytes as the messages of a call. Resolves with the status, or when answers go on. */
async function send(client: Client, method: string, messages: readonly Uint8Array[]) {
  const call = client.makeBidiStreamRequest(method, asIs, asIs);
  const ended = new Promise<number>((resolve) => {
    call.on("error", ({ code }: ServiceError) => resolve(code));
    call.on("end", () => resolve(status.OK));
  });
  // A subscription never ends: it is left after its first answer.
  call.on("data", () => call.cancel());
  for (const message of messages) call.write(Buffer.from(message));
  call.end();
  return await ended;
}

async function expectWell(store: StoreProcess): Promise<void> {
  const appender = new BatchAppender(store.port);
  const append = { stream: crypto.randomUUID(), expected: -1, ids: [crypto.randomUUID()] };
  expect(await appender.append(append)).toBe(0);
  appender.close();
  expect(store.errors()).not.toMatch(/Error|at .*\(/);
}

async function startStore() {
  const store = await startStoreProcess(temporaryFolder());
  const client = connect(store.port);
  onTestFinished(() => client.close());
  return { store, client };
}

describe("the store answers every message cleanly", { timeout: 300_000 }, () => {
  it("when it is random bytes", async () => {
    const { store, client } = await startStore();
    const cases = fc.tuple(fc.constantFrom(...methods), fc.uint8Array({ maxLength: 200 }));
    await fc.assert(
      fc.asyncProperty(cases, async ([method, bytes]) => {
        expect(cleanCodes).toContain(await send(client, method, [bytes]));
      }),
      { numRuns: 1_000, seed, endOnFailure: true },
    );
    await expectWell(store);
  });

  it("when it is a message of the protocol with hostile values", async () => {
    const { store, client } = await startStore();
    await fc.assert(
      fc.asyncProperty(anyMessage, async ({ method, messages }) => {
        expect(cleanCodes).toContain(await send(client, `${streams}/${method}`, messages));
      }),
      { numRuns: 1_000, seed, endOnFailure: true },
    );
    await expectWell(store);
  });

  it("when it is larger than any may be", async () => {
    const { store, client } = await startStore();
    const tooLarge = Buffer.alloc(messageBytesMax + 1);
    for (const method of methods) {
      expect(await send(client, method, [tooLarge])).toBe(status.RESOURCE_EXHAUSTED);
    }
    await expectWell(store);
  });

  it("when the method does not exist", async () => {
    const { client } = await startStore();
    const method = "/event_store.client.users.Users/Create";
    expect(await send(client, method, [])).toBe(status.UNIMPLEMENTED);
  });
});
