import { handle } from "../../commands/handle.js";
import { namePayoutAccount } from "../../commands/operator/namePayoutAccount.js";
import type { EventType } from "../../domain/ledger.js";
import type { OperatorCommand } from "../../domain/operator/commands.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { operatorStream } from "../../domain/operator/events.js";
import { payoutNewsTypes } from "../../domain/operator/news.js";
import { userDecider } from "../../domain/user/decider.js";
import { userStream } from "../../domain/user/events.js";
import { newId } from "../../platform/ids.js";
import { payoutMailId } from "../../workers/operators/orderPayoutMails.js";
import { ibanOf } from "./ibans.js";
import { registerUser } from "./registering.js";
import type { Happenings, Unheard } from "./unheardGenerations.js";
import { openedAt as at, contextAt, type World } from "./world.js";

let people = 0;

/** Each change that an operator is to hear of, after which nobody ordered a mail. */
export const payoutChanges = (world: World): Happenings =>
  Object.fromEntries(
    payoutNewsTypes.map((type) => [`payout-mail: ${type}`, () => change(world, type)]),
  );

async function change(world: World, type: EventType): Promise<Unheard> {
  const { userId: operatorId } = await registerUser(world, at);
  const verify = { type: "VerifyEmail" as const, userId: operatorId, at };
  await handle(world.ledger, userDecider, verify, contextAt(at));
  people += 1;
  const account = { operatorId, method: "sepa" as const, country: "DE" };
  const destination = ibanOf(people);
  const named = await namePayoutAccount(world.ledger, { ...account, destination }, contextAt(at));
  const about = { operatorId, at };
  const payee = { payeeId: newId(), isOthers: false };
  const why = { reason: "Called back.", evidenceSha256: "a".repeat(64) };
  const steps: readonly OperatorCommand[] = [
    {
      type: "VerifyPayoutAccount",
      ...{ ...about, accountId: named.accountId, proof: "owner-mail", payee },
    },
    { type: "FreezePayouts", ...about },
    { type: "UnfreezePayouts", ...about, ...why },
    { type: "RemovePayoutAccount", ...about },
  ];
  for (const step of steps) await handle(world.ledger, operatorDecider, step, contextAt(at));
  const passwordHash = { personId: operatorId, purpose: "account", text: "$new" } as const;
  const password = { type: "ChangePassword" as const, userId: operatorId, at, revokeKeys: false };
  await handle(world.ledger, userDecider, { ...password, passwordHash }, contextAt(at));
  const stream = type === "PasswordChanged" ? userStream(operatorId) : operatorStream(operatorId);
  const seen = async () => {
    const { events } = await world.store.read(stream);
    const told = events.find(({ event }) => event.type === type);
    const query = world.opsDb.selectFrom("outbox").select("id");
    return (await query.where("id", "=", payoutMailId(told?.id ?? "")).execute()).length;
  };
  return { stream, seen };
}
