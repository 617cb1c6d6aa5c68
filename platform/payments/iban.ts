import { countrySpecs, electronicFormatIBAN, isSEPACountry, isValidIBAN } from "ibantools";

/** Without blanks and in capitals; undefined where its check digits, its length or its country are wrong. */
export function readIban(text: string): string | undefined {
  const iban = electronicFormatIBAN(text);
  return iban !== null && isValidIBAN(iban) && isSEPACountry(iban.slice(0, 2)) ? iban : undefined;
}

/** A country of ISO 3166-1, by its two letters. */
export const isCountry = (code: string): boolean => Object.hasOwn(countrySpecs, code);
