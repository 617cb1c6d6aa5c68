import { eventTypes, type MonetaryEvent, monetaryTypes } from "../../domain/ledger.js";
import { type Balances, balancesOf } from "../../domain/money/invariants.js";
import type { Posting } from "../../domain/money/postings.js";
import type { Instant } from "../../domain/time.js";
import { decode, type RecordedEvent } from "../../platform/eventStore/eventStore.js";
import { readToEnd } from "../../platform/eventStore/readToEnd.js";
import type { Log } from "../../platform/process/log.js";
import type { Ledger } from "../handle.js";

export interface RecordedShareOf {
  readonly month: string;
  readonly currency: string;
  readonly payId: string;
  readonly amount: string;
}

/** What the log says of shares, of nodes and of our own money, up to where it was read. */
export interface OwedByLog {
  /** Those that are more than nothing. */
  readonly shares: RecordedShareOf[];
  /** When a distribution was finalized, by month and currency. */
  readonly finalizedAt: Map<string, Instant>;
  /** By pay id. */
  readonly operators: Map<string, string>;
  /** Pay ids of nodes that a maintainer has suspended. */
  readonly suspended: Set<string>;
  /** Every operator that ever named a payee, by payee. */
  readonly payees: Map<string, Set<string>>;
  /** Oldest first; some may be over. */
  readonly batchIds: string[];
  readonly openBatchIds: Set<string>;
  /** Of our accounts at providers and banks, and of payouts that are promised. */
  readonly balances: Balances;
}

interface Reading extends Omit<OwedByLog, "balances"> {
  readonly payIds: Map<string, string>;
  readonly postings: Posting[];
}

const needed: ReadonlySet<string> = new Set([
  ...monetaryTypes,
  ...["DistributionFinalized", "NodeClaimed", "NodeSuspended", "NodeReinstated"],
  ...["PayeeLinked", "PayeeHeld"],
  ...["BatchPlanned", "BatchClosed"],
]);
const besides = eventTypes.filter((type) => !needed.has(type));
/** Postings are added up so many at a time. */
const postingsMax = 10_000;

/** Reads the log once. What newer software wrote ends it. @throws TooNewEventError */
export async function readOwed(
  { store }: Pick<Ledger, "store">,
  log: Log,
  onRead?: (events: number) => void,
): Promise<OwedByLog> {
  const reading: Reading = {
    ...{ shares: [], finalizedAt: new Map(), operators: new Map(), suspended: new Set() },
    payees: new Map(),
    ...{ batchIds: [], openBatchIds: new Set(), payIds: new Map(), postings: [] },
  };
  await readToEnd({
    ...{ store, log, allBut: besides },
    onEvent: (recorded) => {
      onRead?.(1);
      if (needed.has(recorded.type)) fold(reading, recorded);
    },
  });
  return { ...reading, balances: balancesOf(reading.postings) };
}

function fold(reading: Reading, recorded: RecordedEvent): void {
  const { event } = decode(recorded);
  if (monetaryTypes.includes(event.type as MonetaryEvent["type"])) {
    addPostings(reading.postings, (event as MonetaryEvent).data.public.postings);
  }
  switch (event.type) {
    case "DistributionSharesRecorded": {
      const { month, currency, shares } = event.data.public;
      for (const { payId, amount } of shares) {
        if (/[1-9]/.test(amount)) reading.shares.push({ month, currency, payId, amount });
      }
      return;
    }
    case "DistributionFinalized": {
      const { month, currency } = event.data.public;
      reading.finalizedAt.set(`${month} ${currency}`, event.data.private.at);
      return;
    }
    case "NodeClaimed":
      reading.operators.set(event.data.public.payId, event.data.private.operatorId);
      reading.payIds.set(event.data.public.nodeId, event.data.public.payId);
      return;
    case "NodeSuspended":
      reading.suspended.add(reading.payIds.get(event.data.public.nodeId) ?? "");
      return;
    case "NodeReinstated":
      reading.suspended.delete(reading.payIds.get(event.data.public.nodeId) ?? "");
      return;
    case "PayeeLinked":
    case "PayeeHeld": {
      const { operatorId, payeeId } = event.data.private;
      const operators = reading.payees.get(payeeId) ?? new Set<string>();
      reading.payees.set(payeeId, operators.add(operatorId));
      return;
    }
    case "BatchPlanned":
      reading.batchIds.push(event.data.private.batchId);
      reading.openBatchIds.add(event.data.private.batchId);
      return;
    case "BatchClosed":
      reading.openBatchIds.delete(event.data.private.batchId);
      return;
    default:
      return;
  }
}

/** Only of the accounts that payouts are planned by; kept short by adding up. */
function addPostings(kept: Posting[], postings: readonly Posting[]): void {
  kept.push(
    ...postings.filter(({ account }) => /^(assets:\w+:balance|liabilities:payout:)/.test(account)),
  );
  if (kept.length < postingsMax) return;
  const sums = [...balancesOf(kept)].flatMap(([account, byCurrency]) =>
    [...byCurrency].map(([currency, sum]) => ({ account, currency, amount: sum.toFixed() })),
  );
  kept.splice(0, kept.length, ...(sums as Posting[]));
}
