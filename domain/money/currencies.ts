/**
 * Decimal places by ISO 4217, list of 2024-06-25. Stored amounts rely on them, so they can never
 * change; Intl knows other ones (cash digits) and must not be asked.
 */
const twoPlaces = `
  AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD
  CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ
  GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA
  MKD MMK MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
  RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD
  TZS UAH USD UZS VED VES WST XCD YER ZAR ZMW ZWL`;
const noPlaces = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const threePlaces = "BHD IQD JOD KWD LYD OMR TND";

const words = (text: string): string[] => text.trim().split(/\s+/);
const isoPlaces: ReadonlyMap<string, number> = new Map([
  ...words(twoPlaces).map((code) => [code, 2] as const),
  ...words(noPlaces).map((code) => [code, 0] as const),
  ...words(threePlaces).map((code) => [code, 3] as const),
]);

/** Undefined for a code that we do not know: nothing can be booked in it. */
export const placesOf = (currency: string): number | undefined => isoPlaces.get(currency);

export type MinorUnitsOf = "stripe" | "github" | "paypal";

/** Where a provider takes other places than ISO; null where it contradicts itself. */
const otherPlaces: Record<MinorUnitsOf, ReadonlyMap<string, number | null>> = {
  stripe: new Map([
    ["ISK", 2],
    ["MGA", 0],
    ["UGX", null],
  ]),
  github: new Map(),
  paypal: new Map([
    ["HUF", 0],
    ["TWD", 0],
  ]),
};

/** Decimal places that a provider takes; Stripe and GitHub write amounts in whole units of them. */
export function minorPlacesOf(provider: MinorUnitsOf, currency: string): number | undefined {
  const other = otherPlaces[provider].get(currency);
  return other === undefined ? placesOf(currency) : (other ?? undefined);
}
