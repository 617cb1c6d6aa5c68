import { mailTokenMs } from "../../domain/limits.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import type { PayoutMethod } from "../../domain/operator/payoutMethods.js";
import { type Instant, plusMs } from "../../domain/time.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { newId } from "../../platform/ids.js";
import type { CommandContext } from "../context.js";
import { requireOperator } from "../enrolment/issueToken.js";
import { handle, type Ledger, type Loaded, load } from "../handle.js";
import { openDestination } from "./openPayoutAccount.js";
import { payeeSecret } from "./payeeSecret.js";

export interface AccountToName {
  readonly operatorId: string;
  readonly method: PayoutMethod;
  /** ISO 3166-1, of the account. */
  readonly country: string;
  readonly destination: string;
  readonly holder?: string | undefined;
}

export interface AccountNamed {
  /** `in-force`: this is where the operator is paid already. */
  readonly outcome: "waits" | "in-force";
  readonly accountId: string;
  readonly position: bigint | undefined;
}

/**
 * The operator wants to be paid there. It is in force once all its proofs are there; until then the account
 * before stays. Asked for again while its mail is good, it is the same one.
 * @throws DomainError USER_NOT_FOUND, TOO_MANY_CHANGES, HISTORY_FULL
 */
export async function namePayoutAccount(
  ledger: Ledger,
  account: AccountToName,
  context: CommandContext,
): Promise<AccountNamed> {
  const { operatorId, method, country, destination, holder } = account;
  await requireOperator(ledger, operatorId);
  const loaded = await load(ledger.store, operatorDecider, { operatorId });
  const known = await findNamed(ledger, loaded, account, context.at);
  if (known !== undefined) return known;
  const accountId = newId();
  const command = {
    type: "LinkPayoutAccount" as const,
    ...{ operatorId, at: context.at, accountId, method, country },
    destination: payeeSecret(operatorId, destination),
    ...(holder !== undefined && { holder: payeeSecret(operatorId, holder) }),
  };
  const { position } = await handle(ledger, operatorDecider, command, context);
  return { outcome: "waits", accountId, position };
}

/** The decider can't see this: what an account is called is sealed. */
async function findNamed(
  { vault }: Ledger,
  { state, events }: Loaded<ReturnType<typeof operatorDecider.initialState>>,
  { method, country, destination, holder }: AccountToName,
  at: Instant,
): Promise<AccountNamed | undefined> {
  for (const [outcome, known] of [
    ["in-force", state.current],
    ["waits", state.pending],
  ] as const) {
    if (known?.method !== method || known.country !== country) continue;
    const { accountId } = known;
    if (outcome === "waits" && isOld(events, accountId, at)) continue;
    const named = await openDestination(vault, events, accountId);
    if (named?.destination !== destination || named.holder !== holder) continue;
    return { outcome, accountId, position: undefined };
  }
  return undefined;
}

/** Whether the links in its mails are good no more. */
const isOld = (events: readonly StoredEvent[], accountId: string, at: Instant): boolean =>
  !events.some(
    ({ event: { type, data } }) =>
      type === "PayoutAccountLinked" &&
      data.private.accountId === accountId &&
      at < plusMs(data.private.at, mailTokenMs),
  );
