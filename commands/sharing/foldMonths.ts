import { eventTypes, type MonetaryEvent, monetaryTypes } from "../../domain/ledger.js";
import { isOfDistributions, MonthMoney } from "../../domain/sharing/monthMoney.js";
import { MonthWork, type WorkEvent, workTypes } from "../../domain/sharing/monthWork.js";
import { decode, type RecordedEvent } from "../../platform/eventStore/eventStore.js";
import { readUntil } from "../../platform/eventStore/readUntil.js";
import type { Log } from "../../platform/process/log.js";
import type { Ledger } from "../handle.js";
import type { ClosedMonth } from "./closings.js";

export interface Folding {
  readonly ledger: Pick<Ledger, "store">;
  readonly log: Log;
  readonly onRead?: ((events: number) => void) | undefined;
}

/** What was folded up to a closing. Whoever is handed it ends the month in both. */
export interface Folded {
  readonly closed: ClosedMonth;
  readonly money: MonthMoney;
  readonly work: MonthWork;
}
export interface Closings {
  /** A month that was shared out before: only what large gifts wait is needed of it. */
  readonly onPast: (folded: Folded) => Promise<void>;
  readonly onDue: (folded: Folded) => Promise<void>;
}

const ofMoney: ReadonlySet<string> = new Set(
  monetaryTypes.filter((type) => !isOfDistributions(type)),
);
const ofWork: ReadonlySet<string> = new Set(workTypes);

/** Known types that no month follows from. What newer software wrote is never among them. */
const besides = eventTypes.filter(
  (type) => !ofMoney.has(type) && !ofWork.has(type) && type !== "MonthClosed",
);
/** Of the work of months that were shared out nothing is needed but whose the nodes are. */
const pastBesides = [...besides, "ContributionRecorded", "ContributionVoided"];

/**
 * Reads the log once, up to the last closing: without the work of months before the first due one, and
 * with it from there on. @throws TooNewEventError where newer software wrote something
 */
export async function foldMonths(
  folding: Folding,
  months: readonly ClosedMonth[],
  firstDue: string,
  closings: Closings,
): Promise<void> {
  const state = { money: new MonthMoney(), work: new MonthWork() };
  const past = months.filter(({ month }) => month < firstDue);
  const due = months.filter(({ month }) => month >= firstDue);
  await readSpan(folding, state, past, pastBesides, closings.onPast);
  await readSpan(folding, state, due, besides, closings.onDue);
}

const toldEvery = 10_000;

async function readSpan(
  { ledger, log, onRead }: Folding,
  state: Omit<Folded, "closed">,
  months: readonly ClosedMonth[],
  allBut: readonly string[],
  onClosed: (folded: Folded) => Promise<void>,
): Promise<void> {
  const [first, last] = [months[0], months.at(-1)];
  if (first === undefined || last === undefined) return;
  const byClosing = new Map(months.map((month) => [month.closing.id, month]));
  let count = 0;
  await readUntil({
    client: ledger.store.client,
    log,
    after: first.opening.position,
    allBut,
    until: last.closing.id,
    onEvent: (recorded) => {
      count += 1;
      if (count % toldEvery === 0) onRead?.(toldEvery);
      const closed = byClosing.get(recorded.id);
      return closed === undefined ? fold(state, recorded) : onClosed({ closed, ...state });
    },
  });
}

/** @throws TooNewEventError: a month that passed over what newer software wrote would be wrong for ever */
function fold({ money, work }: Omit<Folded, "closed">, recorded: RecordedEvent): void {
  if (ofMoney.has(recorded.type)) {
    const { event, stream } = decode(recorded);
    money.add({ stream, postings: (event as MonetaryEvent).data.public.postings });
  } else if (ofWork.has(recorded.type)) work.add(decode(recorded).event as WorkEvent);
  else decode(recorded);
}
