import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { generationStream } from "../../domain/generation/events.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { openServer, type TestServer } from "../support/server.js";
import { joinNode, type TestNode } from "../support/testNode.js";

let server: TestServer;
let account: Account;
let node: TestNode;
beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  account = await makeAccount(server);
  node = await joinNode(server);
});

const order = { prompt: "bossa nova, dunkles Saxophon", generation_duration: 1 };
const said = "style=bossa nova; voices=saxophone; mood=dark";

/** The answer to a call that waits, whose node says that it understood this. */
async function loopOf(understood?: string) {
  const waiting = call(server, "POST", "/generate", { body: order, key: account.apiKey });
  await node.handIn(await node.lease(), "synth-1", understood);
  const answer = await waiting;
  expect(answer.status).toBe(200);
  return { understood: answer.headers.get("x-understood"), id: idIn(answer.headers) };
}

const idIn = (headers: Headers): string => headers.get("x-request-id") ?? "";

const statusOf = async (id: string) =>
  (await call(server, "GET", `/generate/status/${id}`, { key: account.apiKey })).data;

it("what a node understood is told with the loop, in its status and in the export", async () => {
  const { understood, id } = await loopOf(said);
  expect(understood).toBe(said);
  expect(await statusOf(id)).toMatchObject({ status: "completed", understood: said });
  const { data } = await call(server, "GET", "/user/export", { token: account.accessToken });
  expect(data["generations"]).toMatchObject([{ prompt: order.prompt, understood: said }]);
});

it("it is sealed: the ledger says nothing of it in clear", async () => {
  const { id } = await loopOf(said);
  const { events } = await server.store.read(generationStream(id));
  const stored = JSON.stringify(events.map(({ event }) => event));
  expect(stored).toContain('"understood":{"v":1');
  expect(stored).not.toMatch(/bossa|saxo|mood=/);
});

it("it can't be read any longer than the prompt", async () => {
  const { id } = await loopOf(said);
  const me = await call(server, "GET", "/auth/me", { token: account.accessToken });
  await server.vaultDb
    .updateTable("data_key")
    .set({ wrapped: null })
    .where("person_id", "=", String(me.data["user_id"]))
    .where("purpose", "like", "prompts-%")
    .execute();
  server.clearKeyCache();
  const status = await statusOf(id);
  expect(status).toMatchObject({ status: "completed" });
  expect(status).not.toHaveProperty("understood");
});

it.each([
  [undefined],
  ["call 555-0100"],
  ["voices=saxophone; style=bossa nova"],
  ["style=bossa nova; voices=kazoo"],
])(
  "nothing is told where a node says nothing, or anything else than the list: %s",
  async (text) => {
    const { understood, id } = await loopOf(text);
    expect(understood).toBeNull();
    expect(await statusOf(id)).not.toHaveProperty("understood");
  },
);
