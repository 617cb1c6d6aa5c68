import { handle } from "../../commands/handle.js";
import type { DonationCommand, ReceiveDonation } from "../../domain/donation/commands.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { donationStream } from "../../domain/donation/events.js";
import type { Provider } from "../../domain/money/accounts.js";
import type { Posting } from "../../domain/money/postings.js";
import type { TreasuryCommand } from "../../domain/treasury/commands.js";
import { treasuryDecider } from "../../domain/treasury/decider.js";
import { donorIdOf, newId, sha256Hex } from "../../platform/ids.js";
import { at, money, occurredAt } from "./donations.js";
import { write } from "./drafts.js";
import { contextAt, type World } from "./world.js";

type Step<Command> = Command extends DonationCommand
  ? Omit<Command, "provider" | "externalId" | "at" | "occurredAt">
  : never;

/** A gift as it goes, by the real commands over a real ledger. */
export function gift({ ledger }: Pick<World, "ledger">, provider: Provider, externalId: string) {
  const stream = donationStream(provider, externalId);
  return {
    stream,
    secret: (text: string) => ({ personId: donorIdOf(stream), purpose: "donor" as const, text }),
    async report(...steps: readonly Step<DonationCommand>[]): Promise<void> {
      for (const step of steps) {
        const command = { ...step, provider, externalId, at, occurredAt } as DonationCommand;
        await handle(ledger, donationDecider, command, contextAt(at));
      }
    },
    /** As the first event of its stream, and as it was written before texts had limits. */
    async reportUnlimited(step: Step<DonationCommand>): Promise<void> {
      const command = { ...step, provider, externalId, at, occurredAt } as DonationCommand;
      const drafts = donationDecider.decide(command, donationDecider.initialState());
      await write({ ledger }, stream, ...drafts);
    },
  };
}

export const received = (gross: string, extra: Partial<Step<ReceiveDonation>> = {}) => ({
  type: "ReceiveDonation" as const,
  moneyKey: "received",
  gross: money(gross),
  visibility: "hidden" as const,
  ...extra,
});
export const settled = (gross: string, fee: string) => ({
  type: "SettleDonation" as const,
  moneyKey: "settled",
  settlement: { gross: money(gross), fee: money(fee) },
});
export const refunded = (moneyKey: string, amount: string, taken = amount, fee = "0") => ({
  type: "RefundDonation" as const,
  moneyKey,
  cause: "refund" as const,
  refund: {
    amount: money(amount),
    taken: money(taken),
    fee: money(`${fee} ${taken.slice(-3)}`),
  },
});
export const withdrawn = (amount: string, fee: string) => ({
  type: "WithdrawDispute" as const,
  moneyKey: "withdrawn",
  disputeId: "dp_1",
  move: { amount: money(amount), fee: money(fee) },
});
export const disputeClosed = (outcome: "won" | "lost") => ({
  type: "CloseDispute" as const,
  moneyKey: `closed ${outcome}`,
  disputeId: "dp_1",
  outcome,
});

export const evidenceSha256 = sha256Hex("a bank statement");

type TreasuryEntry = (
  | Pick<
      Extract<TreasuryCommand, { type: "MoveFunds" }>,
      "type" | "from" | "to" | "amount" | "fee" | "received"
    >
  | Pick<Extract<TreasuryCommand, { type: "PayExpense" }>, "type" | "from" | "fund" | "amount">
) & { readonly reason?: string };

const treasuryCommand = (entry: TreasuryEntry): TreasuryCommand => ({
  ...{ treasuryId: newId(), at, reason: "as agreed", evidenceSha256 },
  ...entry,
});

export const enterTreasury = ({ ledger }: Pick<World, "ledger">, entry: TreasuryEntry) =>
  handle(ledger, treasuryDecider, treasuryCommand(entry), contextAt(at));

/** As it was written before texts had limits. */
export async function enterUnlimited(
  { ledger }: Pick<World, "ledger">,
  entry: TreasuryEntry,
): Promise<void> {
  const command = treasuryCommand(entry);
  const drafts = treasuryDecider.decide(command, treasuryDecider.initialState());
  await write({ ledger }, treasuryDecider.streamOf(command), ...drafts);
}

/** All that was ever posted, in the order of the log, each event with its position. */
export async function postedEvents({
  store,
}: World): Promise<{ position: bigint; postings: Posting[] }[]> {
  const posted: { position: bigint; postings: Posting[] }[] = [];
  for (let after = 0n; ; ) {
    const event = await store.readAt(after);
    if (event === undefined) return posted;
    const { data, position } = event;
    after = position + 1n;
    const shown = (data as { public?: { postings?: Posting[] } }).public;
    if (shown?.postings !== undefined) posted.push({ position, postings: shown.postings });
  }
}
