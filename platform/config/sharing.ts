import { placesOf } from "../../domain/money/currencies.js";
import { Amount, type Money, moneyOf } from "../../domain/money/money.js";
import { ratioSchema, sumToOne } from "../../domain/sharing/terms.js";
import { variable } from "./environment.js";
import { allowedCurrencies, currencies } from "./payments.js";
import { combine, setting } from "./settings.js";

const share = variable("a share such as 0.75", (value) => ratioSchema.safeParse(value).data);

const ratios = combine(
  {
    workers: setting("DEFAULT_WORKER_SHARE", share.default("0.75")),
    infrastructure: setting("PLATFORM_MAINTENANCE", share.default("0.15")),
    development: setting("DEVELOPMENT_FUND", share.default("0.10")),
  },
  (shares, complain) => {
    if (!sumToOne(shares)) {
      const names = "DEFAULT_WORKER_SHARE, PLATFORM_MAINTENANCE and DEVELOPMENT_FUND";
      complain("workers", `must be such that ${names} sum to exactly 1`);
    }
    return shares;
  },
);

/** An amount for each currency, from "500" and exceptions: "500 JPY:80000"; without one yen count in hundreds. */
export const amounts = variable("an amount, and others by currency: 500 JPY:80000", readAmounts);

export type AmountIn = (currency: string) => Money;

function readAmounts(value: string): AmountIn | undefined {
  const [usual = "", ...others] = value.trim().split(/[\s,]+/);
  const byCurrency = new Map<string, string>();
  for (const other of others) {
    const [, currency = "", amount = ""] = /^([A-Z]{3}):(\S+)$/.exec(other) ?? [];
    if (!isAmount(amount, placesOf(currency))) return undefined;
    byCurrency.set(currency, amount);
  }
  if (!isAmount(usual, 0)) return undefined;
  return (currency) => moneyOf(byCurrency.get(currency) ?? usualIn(currency, usual), currency);
}

/** A hundred times as much where the smallest coin is the whole: 500 means 50 000 yen. */
const usualIn = (currency: string, amount: string): string =>
  new Amount(amount).times(placesOf(currency) === 0 ? 100 : 1).toFixed();

/** More than nothing, and with no more than these places. */
function isAmount(text: string, places: number | undefined): boolean {
  if (places === undefined || !/^\d{1,12}(\.\d{1,3})?$/.test(text)) return false;
  const amount = new Amount(text);
  return amount.greaterThan(0) && amount.decimalPlaces() <= places;
}

/** In which gifts are shared out; what comes in others waits until it is converted. */
const payoutCurrencies = combine(
  {
    own: setting("PAYOUT_CURRENCIES", currencies.optional()),
    allowed: allowedCurrencies,
  },
  ({ own, allowed }): ReadonlySet<string> => new Set(own ?? allowed),
);

/** By what months are shared out. */
export const sharing = {
  ratios,
  payoutCurrencies,
  reserve: setting("WORKERS_RESERVE", share.default("0.10")),
  giftMonthlyMax: setting(
    "GIFT_MONTHLY_MAX",
    amounts.default(() => usualAmount("500")),
  ),
};

/** The same in each currency, in its own units; see `amounts`. */
export const usualAmount =
  (usual: string): AmountIn =>
  (currency) =>
    moneyOf(usualIn(currency, usual), currency);
