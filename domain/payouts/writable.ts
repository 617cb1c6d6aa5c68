import { minorPlacesOf } from "../money/currencies.js";
import { decimalOf, type Money } from "../money/money.js";
import type { PayoutMethod } from "../operator/payoutMethods.js";

/** Currencies in which PayPal holds and sends money. */
const paypalCurrencies = new Set(
  "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD".split(
    " ",
  ),
);

/** Of the Single Euro Payments Area, as the European Payments Council lists them. */
export const sepaCountries: ReadonlySet<string> = new Set(
  "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA".split(
    " ",
  ),
);

/** Of these Stripe pays out whole units only, though it takes their hundredths. */
const wholeAtStripe = new Set(["HUF", "TWD", "ISK", "UGX"]);

/** Whether the method can send this amount to the cent. */
export function canWrite(method: PayoutMethod, money: Money): boolean {
  const places = decimalOf(money).decimalPlaces();
  switch (method) {
    case "stripe": {
      const taken = minorPlacesOf("stripe", money.currency);
      if (taken === undefined) return false;
      // The last of three digits is 0 there.
      const written = wholeAtStripe.has(money.currency) ? 0 : Math.min(taken, 2);
      return places <= written;
    }
    case "paypal":
      return (
        paypalCurrencies.has(money.currency) &&
        places <= (minorPlacesOf("paypal", money.currency) ?? 0)
      );
    case "sepa":
      return money.currency === "EUR";
    case "manual":
      return true;
  }
}

/** Whether the method reaches accounts there. Stripe and PayPal say so themselves, when the account is proved. */
export const reaches = (method: PayoutMethod, country: string): boolean =>
  method !== "sepa" || sepaCountries.has(country);
