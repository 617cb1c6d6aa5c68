import { describe, expect, it } from "vitest";
import { accountSchema } from "../../domain/money/accounts.js";
import { minorPlacesOf, placesOf } from "../../domain/money/currencies.js";
import { balancesOf, brokenInvariants } from "../../domain/money/invariants.js";
import {
  isNegative,
  isPositive,
  minorUnitsOf,
  moneyOf,
  moneySchema,
  negated,
  plus,
  readDecimal,
  readMinorUnits,
  readReportedDecimal,
} from "../../domain/money/money.js";
import { credit, debit, netted, postingsSchema } from "../../domain/money/postings.js";
import { money } from "../support/donations.js";

describe("an amount", () => {
  it("is written with its currency's own places, never with others", () => {
    expect(moneyOf("12.3", "EUR").amount).toBe("12.30");
    expect(moneyOf("1e3", "JPY").amount).toBe("1000");
    expect(moneyOf("0.0001e1", "KWD").amount).toBe("0.001");
    expect(() => moneyOf("12.345", "EUR")).toThrow(RangeError);
    expect(() => moneyOf("1.5", "JPY")).toThrow(RangeError);
    expect(() => moneyOf("1", "XXX")).toThrow(RangeError);
    for (const amount of ["12.3", "12", "12.300", "1e3", "+1.00", "", "1,00"]) {
      expect(moneySchema.safeParse({ amount, currency: "EUR" }).success).toBe(false);
    }
  });

  it("has no sign when it is nothing", () => {
    expect(negated(money("0.00 EUR")).amount).toBe("0.00");
  });

  it("is exact where binary fractions are not", () => {
    expect(plus(money("0.10 EUR"), money("0.20 EUR")).amount).toBe("0.30");
    expect(plus(money("90071992547409.93 EUR"), money("0.01 EUR")).amount).toBe(
      "90071992547409.94",
    );
    expect(() => plus(money("1.00 EUR"), money("1.00 USD"))).toThrow(RangeError);
  });

  it("is read from whole minor units as the provider counts them", () => {
    expect(readMinorUnits("stripe", 1099, "eur")).toEqual(money("10.99 EUR"));
    expect(readMinorUnits("stripe", 500, "jpy")).toEqual(money("500 JPY"));
    expect(readMinorUnits("stripe", 5000, "kwd")).toEqual(money("5.000 KWD"));
    expect(readMinorUnits("stripe", 500, "isk")).toEqual(money("5 ISK"));
    expect(readMinorUnits("stripe", 500, "mga")).toEqual(money("500.00 MGA"));
    expect(readMinorUnits("stripe", 505, "isk")).toBeUndefined();
    expect(readMinorUnits("stripe", 500, "ugx")).toBeUndefined();
    expect(readMinorUnits("stripe", 500, "xau")).toBeUndefined();
    expect(readMinorUnits("stripe", 1.5, "eur")).toBeUndefined();
    expect(readMinorUnits("stripe", 2 ** 53, "eur")).toBeUndefined();
  });

  it("is written in whole minor units as the provider counts them, or not at all", () => {
    expect(minorUnitsOf("stripe", money("10.99 EUR"))).toBe(1099);
    expect(minorUnitsOf("stripe", money("5 ISK"))).toBe(500);
    expect(minorUnitsOf("stripe", money("500.00 MGA"))).toBe(500);
    expect(minorUnitsOf("github", money("-5.00 USD"))).toBe(-500);
    for (const text of ["5.50 MGA", "5 UGX", "90071992547409.92 EUR"]) {
      expect(() => minorUnitsOf("stripe", money(text))).toThrow(RangeError);
    }
  });

  it("is positive, negative or neither", () => {
    expect(["0.01 EUR", "0.00 EUR", "-0.01 EUR"].map(money).map(isPositive)).toEqual([
      true,
      false,
      false,
    ]);
    expect(["0.01 EUR", "0.00 EUR", "-0.01 EUR"].map(money).map(isNegative)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("is read from decimal text, and refused rather than rounded", () => {
    expect(readDecimal("30.0", "EUR")).toEqual(money("30.00 EUR"));
    expect(readDecimal("1000", "HUF")?.amount).toBe("1000.00");
    expect(readDecimal("1.500", "KWD")?.amount).toBe("1.500");
    for (const text of ["30.005", "1.500", "1e2", "NaN", "", " 1", "0x10", "--1"]) {
      expect(readDecimal(text, "EUR")).toBeUndefined();
    }
  });

  it("has the places that a person wrote, while a provider may write more of nothing", () => {
    expect(readDecimal("1.000", "JPY")).toBeUndefined();
    expect(readReportedDecimal("5.000000", "EUR")).toEqual(money("5.00 EUR"));
    expect(readReportedDecimal("500.00", "JPY")).toEqual(money("500 JPY"));
    expect(readReportedDecimal("5.005000", "EUR")).toBeUndefined();
  });

  it("goes by ISO 4217, whatever this computer's language files say", () => {
    expect(["HUF", "TWD", "IDR", "COP", "MGA"].map(placesOf)).toEqual([2, 2, 2, 2, 2]);
    expect(["JPY", "ISK", "UGX", "XOF"].map(placesOf)).toEqual([0, 0, 0, 0]);
    expect(["BHD", "KWD", "TND", "IQD"].map(placesOf)).toEqual([3, 3, 3, 3]);
    expect(["XAU", "XTS", "XXX", "EURO", ""].map(placesOf)).toEqual(Array(5).fill(undefined));
    expect(minorPlacesOf("stripe", "HUF")).toBe(2);
    expect(["HUF", "TWD", "JPY", "EUR"].map((code) => minorPlacesOf("paypal", code))).toEqual([
      0, 0, 0, 2,
    ]);
    expect(placesOf("AED")).toBe(2);
    expect(placesOf("ZWL")).toBe(2);
  });
});

describe("postings", () => {
  it("must sum to zero in each currency", () => {
    const [eur, usd] = [money("5.00 EUR"), money("5.00 USD")];
    const good = [debit("equity:conversion", eur), credit("liabilities:held", eur)];
    expect(postingsSchema.safeParse(good).success).toBe(true);
    const mixed = [debit("equity:conversion", eur), credit("liabilities:held", usd)];
    expect(postingsSchema.safeParse(mixed).success).toBe(false);
    expect(postingsSchema.safeParse(good.slice(1)).success).toBe(false);
  });

  it("name accounts of the chart and no others", () => {
    const node = "liabilities:node:00000000-0000-4000-8000-000000000101";
    for (const account of ["assets:paypal:clearing", "liabilities:pool:workers", node]) {
      expect(accountSchema.safeParse(account).success).toBe(true);
    }
    for (const account of ["assets:venmo:balance", "liabilities:pool:me", "income:donations", ""]) {
      expect(accountSchema.safeParse(account).success).toBe(false);
    }
  });

  it("can be netted, and what moves nothing is left out", () => {
    const eur = money("5.00 EUR");
    const twice = [debit("liabilities:held", eur), debit("liabilities:held", eur)];
    expect(netted(twice)).toEqual([debit("liabilities:held", money("10.00 EUR"))]);
    expect(netted([debit("liabilities:held", eur), credit("liabilities:held", eur)])).toEqual([]);
  });
});

describe("the invariants", () => {
  const eur = money("5.00 EUR");
  const broken = (...postings: Parameters<typeof balancesOf>[0][]) =>
    brokenInvariants(balancesOf(postings.flatMap((each) => [...each])));

  it("see settled money that nobody is owed, and the other way round", () => {
    expect(broken([debit("assets:stripe:balance", eur), credit("equity:conversion", eur)])).toEqual(
      [
        "EUR: every settled cent is owed to somebody",
        "EUR: what was given is used, promised or on its way",
      ],
    );
  });
  it("see a volunteer who would owe us", () => {
    const postings = [
      debit("liabilities:pool:workers", eur),
      credit("liabilities:undistributed", eur),
    ];
    expect(broken(postings)).toEqual(["EUR: liabilities:pool:workers is never a debit"]);
  });
});
