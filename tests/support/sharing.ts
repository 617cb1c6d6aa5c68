import { handle } from "../../commands/handle.js";
import { distribute } from "../../commands/sharing/distribute.js";
import { booksDecider } from "../../domain/books/decider.js";
import type { LedgerEvent, LedgerEventOf } from "../../domain/ledger.js";
import type { Draft } from "../../domain/message.js";
import { moneyOf } from "../../domain/money/money.js";
import { credit, debit } from "../../domain/money/postings.js";
import { nextMonth } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import { usualTerms } from "./distributions.js";
import { write } from "./drafts.js";
import { contextAt, type World } from "./world.js";

/** What a test writes into a world so that its months have something to share. */

const at = "2026-11-30T12:00:00.000Z";
const day = "2026-11-30";
export const euros = (amount: string) => moneyOf(amount, "EUR");

/** A gift whose fee is known, as one event: what matters here is what it adds to the pool. */
const settled = (amount: string, currency: string): Draft<LedgerEvent> => ({
  type: "DonationSettled",
  public: {
    provider: "bank",
    standing: "regular",
    hour: "2026-11-30T12",
    postings: [
      debit("assets:bank:balance", moneyOf(amount, currency)),
      credit("income:donations:bank", moneyOf(amount, currency)),
      debit("expenses:dedicated", moneyOf(amount, currency)),
      credit("liabilities:undistributed", moneyOf(amount, currency)),
    ],
    charged: moneyOf(amount, currency),
    gross: moneyOf(amount, currency),
    fee: moneyOf("0", currency),
  },
  private: { externalId: "x", moneyKey: newId(), at, occurredAt: at },
  sealed: {},
});

export const give = (world: World, amount: string, gift = newId(), currency = "EUR") =>
  write(world, `donation-bank-${gift}`, settled(amount, currency));

/** A node that this operator claimed, not trusted yet; its pay id. */
export async function claimedNode(
  world: World,
  nodeId: string,
  operatorId: string,
): Promise<string> {
  const payId = newId();
  const about = { nodeId, at };
  await write(
    world,
    `node-${nodeId}`,
    {
      type: "NodeRegistered",
      public: { nodeId, publicKey: "A".repeat(43), registeredOn: day },
      private: { ...about, termsVersion: "2026-11" },
      sealed: {},
    },
    {
      type: "NodeClaimed",
      public: { nodeId, payId, claimedOn: day },
      private: { ...about, operatorId, by: "token" },
      sealed: {},
    },
  );
  return payId;
}

export const trust = (world: World, nodeId: string) =>
  write(world, `node-${nodeId}`, {
    type: "NodeTrusted",
    public: { nodeId, trustedOn: day },
    private: { nodeId, at, acceptedJobs: 20, firstAcceptedAt: at },
    sealed: {},
  });

/** A claimed and trusted node; its pay id. */
export async function trustedNode(
  world: World,
  nodeId: string,
  operatorId: string,
): Promise<string> {
  const payId = await claimedNode(world, nodeId, operatorId);
  await trust(world, nodeId);
  return payId;
}

type Measured = Partial<LedgerEventOf<"ContributionRecorded">["data"]["public"]>;

/** Accepted work for a user; the id of its generation. */
export async function work(
  world: World,
  nodeId: string,
  askedBy: string,
  measured: Measured = {},
): Promise<string> {
  const generationId = newId();
  await write(world, `generation-${generationId}`, {
    type: "ContributionRecorded",
    public: {
      ...{ day, nodeId, audioMs: 6000, stems: false, inTime: true },
      ...{ drawnFrom: 3, payeesOnline: 3 },
      ...measured,
    },
    private: { generationId, at, leaseId: newId(), askedBy },
    sealed: {},
  });
  return generationId;
}

export const voidWork = (world: World, nodeId: string, generationId: string) =>
  write(world, `generation-${generationId}`, {
    type: "ContributionVoided",
    public: { nodeId, voidedOn: day },
    private: {
      ...{ generationId, at, leaseId: newId() },
      ...{ reason: "stolen", evidenceSha256: "a".repeat(64) },
    },
    sealed: {},
  });

export const linkPayee = (world: World, operatorId: string, payeeId: string) =>
  write(world, `operator-${operatorId}`, {
    type: "PayeeLinked",
    public: {},
    private: { operatorId, at, payeeId },
    sealed: {},
  });

export async function close(world: World, month: string): Promise<void> {
  const closedAt = `${nextMonth(month)}-01T00:10:00.000Z`;
  const command = { type: "CloseMonth", month, at: closedAt } as const;
  await handle(world.ledger, booksDecider, command, contextAt(closedAt));
}

export const shareOut = (
  world: World,
  options: { write: boolean; through?: string } = { write: true },
) => distribute({ ...world, termsOf: usualTerms }, contextAt("2026-12-01T00:10:00.000Z"), options);
