import { dayOfEvent, type MonetaryEvent } from "../ledger.js";
import { lastDayOf } from "../time.js";
import { placesOf } from "./currencies.js";
import { Amount, type Money, moneyOf } from "./money.js";
import type { Posting } from "./postings.js";

type Sum = InstanceType<typeof Amount>;

/**
 * The ledger's money as a journal of plain-text accounting (hledger 1.25), so that a program that we did not
 * write adds it up. One transaction for each monetary event, in the order of the ledger, with its public
 * id as the code. Its date lies in the month of the ledger that it belongs to; the day that the provider
 * tells is the second date. At the end of each closed month every balance is asserted.
 */
export class Journal {
  readonly #declared = new Set<string>();
  /** By currency, then by account. */
  readonly #balances = new Map<string, Map<string, Sum>>();
  #month = "";

  /** Counts an event that lies before what is written: balances go on from there. */
  skip({ data }: MonetaryEvent): void {
    for (const posting of data.public.postings) this.#add(posting);
  }

  /** Begins with a month. Balances so far are the first transaction of a journal that begins in the middle. */
  begin(month: string): string {
    this.#month = month;
    const lines = this.#each(({ account, money }) => `    ${account}  ${textOf(money)}`);
    if (lines.length === 0) return "";
    const declarations = this.#each(({ account, money }) => this.#declare(account, money)).join("");
    return `${declarations}${month}-01 * opening balances\n${lines.join("\n")}\n\n`;
  }

  /** @param publicId what the public calls the event by */
  transaction(event: MonetaryEvent, publicId: string): string {
    const { type, data } = event;
    const { postings } = data.public;
    if (postings.length === 0) return "";
    const declarations = postings.map((posting) => this.#declare(posting.account, posting));
    const lines = postings.map((posting) => `    ${posting.account}  ${textOf(posting)}`);
    this.skip(event);
    const day = dayOfEvent(event);
    const head = `${this.#within(day)}=${day} * (${publicId}) ${type}`;
    return `${declarations.join("")}${head}\n${lines.join("\n")}\n\n`;
  }

  /** Ends a month: what follows belongs to the next. */
  close(month: string, next: string): string {
    const lines = this.#each(
      ({ account, money }) =>
        `    ${account}  ${textOf(moneyOf(new Amount(0), money.currency))} = ${textOf(money)}`,
    );
    this.#month = next;
    if (lines.length === 0) return "";
    return `${lastDayOf(month)} * ${month} is closed\n${lines.join("\n")}\n\n`;
  }

  #within(day: string): string {
    const [first, last] = [`${this.#month}-01`, lastDayOf(this.#month)];
    if (day < first) return first;
    return day > last ? last : day;
  }

  #declare(account: string, { currency }: Pick<Money, "currency">): string {
    const zeros = "0".repeat(placesOf(currency) ?? 0);
    return [`commodity 1000.${zeros} ${currency}`, `account ${account}`]
      .filter((line) => !this.#declared.has(line))
      .map((line) => {
        this.#declared.add(line);
        return `${line}\n`;
      })
      .join("");
  }

  #add({ account, amount, currency }: Posting): void {
    const sums = this.#balances.get(currency) ?? new Map<string, Sum>();
    sums.set(account, (sums.get(account) ?? new Amount(0)).plus(amount));
    this.#balances.set(currency, sums);
  }

  /** Every account and currency, those at zero too. */
  #each(write: (balance: { account: string; money: Money }) => string): string[] {
    return [...this.#balances].flatMap(([currency, sums]) =>
      [...sums].map(([account, sum]) => write({ account, money: moneyOf(sum, currency) })),
    );
  }
}

const textOf = ({ amount, currency }: Money): string => `${amount} ${currency}`;
