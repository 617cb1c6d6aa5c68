import {
  decodeEvent,
  eventTypes,
  isKnown,
  type LedgerEvent,
  type MonetaryEvent,
  monetaryTypes,
  TooNewEventError,
} from "../../domain/ledger.js";
import { leafOf } from "../../domain/log/leaf.js";
import { type LoggedType, loggedTypes } from "../../domain/log/loggedTypes.js";
import { nextMonth } from "../../domain/time.js";
import { type RecordedEvent, versionOf } from "../../platform/eventStore/eventStore.js";
import { readToEnd } from "../../platform/eventStore/readToEnd.js";
import type { Log } from "../../platform/process/log.js";
import type { Ledger } from "../handle.js";

export interface Exporting {
  readonly ledger: Pick<Ledger, "store">;
  readonly log: Log;
  readonly onRead?: (events: number) => void;
}

/** What is made of the ledger on its way out. Each gets what happens in the order of the ledger. */
export interface Exporter {
  /** The first month, before anything of it; what came before was skipped. */
  begin(month: string): Promise<void> | void;
  /** Money that moved before the first month. */
  skip(event: MonetaryEvent): void;
  onMoney(event: MonetaryEvent, month: string): Promise<void> | void;
  onLeaf(leaf: Buffer): Promise<void> | void;
  onClosed(month: string): Promise<void> | void;
}

export interface Span {
  /** The first and the last month; all there is, where none is named. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const monetary: ReadonlySet<string> = new Set(monetaryTypes);
const logged: ReadonlySet<string> = new Set<LoggedType>(loggedTypes);
const besides = eventTypes.filter((type) => !monetary.has(type) && !logged.has(type));
const everyEvents = 1000;

/**
 * Reads the whole ledger once. An event belongs to the first month that was closed after it.
 * @throws TooNewEventError where newer software wrote something
 */
export async function exportLedger(
  { ledger, log, onRead = () => undefined }: Exporting,
  span: Span,
  exporter: Exporter,
): Promise<void> {
  const months = new Months(span, exporter);
  let read = 0;
  const onEvent = async (recorded: RecordedEvent): Promise<void> => {
    read += 1;
    if (read % everyEvents === 0) onRead(everyEvents);
    await months.take(recorded);
  };
  await readToEnd({ store: ledger.store, log, allBut: besides, onEvent });
  onRead(read % everyEvents);
}

/** Hands on what lies in the months that are wanted. */
class Months {
  readonly #span: Span;
  readonly #exporter: Exporter;
  #month = "";
  #state: "before" | "within" | "after" = "before";

  constructor(span: Span, exporter: Exporter) {
    this.#span = span;
    this.#exporter = exporter;
  }

  async take(recorded: RecordedEvent): Promise<void> {
    const event = known(recorded);
    if (event.type === "LedgerOpened") await this.#enter(event.data.public.openedOn.slice(0, 7));
    if (this.#state === "within") await this.#show(recorded, event);
    else if (this.#state === "before" && isMonetary(event)) this.#exporter.skip(event);
    if (event.type === "MonthClosed") await this.#enter(nextMonth(event.data.public.month));
  }

  async #show(recorded: RecordedEvent, event: LedgerEvent): Promise<void> {
    if (logged.has(event.type)) await this.#exporter.onLeaf(leafOf(recorded));
    if (isMonetary(event)) await this.#exporter.onMoney(event, this.#month);
    if (event.type === "MonthClosed") await this.#exporter.onClosed(this.#month);
  }

  async #enter(month: string): Promise<void> {
    const { from = month, to = month } = this.#span;
    const before = this.#state;
    this.#month = month;
    this.#state = month > to ? "after" : month < from ? "before" : "within";
    if (before === "before" && this.#state === "within") await this.#exporter.begin(month);
  }
}

function known({ type, data, metadata }: RecordedEvent): LedgerEvent {
  const version = versionOf({ metadata });
  if (!isKnown(type, version)) throw new TooNewEventError(`${type} was written by newer software.`);
  return decodeEvent(type, data, version);
}

const isMonetary = (event: LedgerEvent): event is MonetaryEvent => monetary.has(event.type);
