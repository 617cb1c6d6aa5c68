import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle, load } from "../../commands/handle.js";
import { linkPayee } from "../../commands/operator/linkPayee.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { operatorStream } from "../../domain/operator/events.js";
import { userDecider } from "../../domain/user/decider.js";
import { newId } from "../../platform/ids.js";
import { registerUser } from "../support/registering.js";
import { openedAt as at, contextAt, openWorld, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function newOperator(): Promise<string> {
  const { userId } = await registerUser(world, at);
  await handle(world.ledger, userDecider, { type: "VerifyEmail", userId, at }, contextAt(at));
  return userId;
}
const link = (operatorId: string, account: string, method = "sepa") =>
  linkPayee(world, { operatorId, method, account }, contextAt(at));

describe("linking a payout account", () => {
  it("gives the account a payee, and events nothing of it", async () => {
    const operatorId = await newOperator();
    const account = "DE02 1203 0000 0000 2020 51";
    const first = await link(operatorId, account);
    expect(first.outcome).toBe("linked");
    const again = await link(operatorId, "de02120300000000202051");
    expect(again).toEqual({ ...first, position: undefined });
    const { events } = await world.store.read(operatorStream(operatorId));
    expect(JSON.stringify(events.map(({ event }) => event))).not.toMatch(/1203|2020/);
  });

  it("holds a second operator with the same account, and lets the first be", async () => {
    const [first, second] = [await newOperator(), await newOperator()];
    const account = newId();
    const { payeeId } = await link(first, account);
    expect(await link(second, account)).toMatchObject({ outcome: "held", payeeId });
    expect(await link(second, account, "paypal")).toMatchObject({ outcome: "linked" });
    const { state } = await load(world.store, operatorDecider, { operatorId: first });
    expect(state.payeeId).toBe(payeeId);
  });

  it("lets one of many win that name an account at once", async () => {
    const operators = await Promise.all(Array.from({ length: 5 }, newOperator));
    const account = newId();
    const answers = await Promise.all(operators.map((operatorId) => link(operatorId, account)));
    expect(answers.filter(({ outcome }) => outcome === "linked")).toHaveLength(1);
    expect(new Set(answers.map(({ payeeId }) => payeeId)).size).toBe(1);
  });

  it("is for accounts that stand", async () => {
    await expect(link(newId(), newId())).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
  });
});
