import { newId } from "../../platform/ids.js";
import { write } from "./drafts.js";
import { openedAt as at, type World } from "./world.js";

/** A payout account in force. What it is called is sealed in another event, which nobody here reads. */
export const payoutAccount = (world: World, operatorId: string) => {
  const about = { operatorId, at, accountId: newId() };
  const linked = { ...about, method: "sepa" as const, country: "DE" };
  const proven = { ...about, proof: "owner-mail" as const, isEffective: true, payeeId: newId() };
  const destination = { personId: operatorId, purpose: "payee" as const, text: "DE00" };
  return write(
    world,
    `operator-${operatorId}`,
    { type: "PayoutAccountLinked", public: {}, private: linked, sealed: { destination } },
    { type: "PayoutAccountVerified", public: {}, private: proven, sealed: {} },
  );
};
