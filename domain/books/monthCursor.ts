import type { LedgerEvent } from "../ledger.js";
import { nextMonth } from "../time.js";

/**
 * Says which month an event belongs to: a month is what lies between two closings in `$all`. It must
 * see every opening and closing, in that order.
 */
export class MonthCursor {
  #open: string | undefined;

  /** `open` is the month that is open where it begins; undefined before the ledger was opened. */
  constructor(open: string | undefined) {
    this.#open = open;
  }

  /**
   * An opening and a closing belong to the month that they open and close.
   * @throws Error for what comes before the ledger was opened
   */
  monthOf({ type, data }: LedgerEvent): string {
    if (type === "LedgerOpened") this.#open = data.public.openedOn.slice(0, 7);
    if (this.#open === undefined) throw new Error("no month is open");
    if (type !== "MonthClosed") return this.#open;
    this.#open = nextMonth(data.public.month);
    return data.public.month;
  }
}
