import { describe, expect, it } from "vitest";
import { z } from "zod";
import { decodeBy, TooNewEventError } from "../../domain/ledger.js";
import { defineEvent } from "../../domain/message.js";

const salt = "s".repeat(43);
const dataOf = (about: object) => ({ public: {}, private: about, sealed: {}, salt });

/** Version 1 had euros, version 2 an amount and no currency. */
const paid = defineEvent("Paid", {
  about: "An event that changed twice.",
  public: {},
  private: { amount: z.string(), currency: z.string() },
  sealed: {},
  upcasts: [
    (data) => {
      const { euros } = z.object({ private: z.object({ euros: z.int() }) }).parse(data).private;
      return dataOf({ amount: `${euros}.00` });
    },
    (data) => {
      const { amount } = z
        .object({ private: z.object({ amount: z.string() }) })
        .parse(data).private;
      return dataOf({ amount, currency: "EUR" });
    },
  ],
});

describe("an event that changed", () => {
  const now = { type: "Paid", data: dataOf({ amount: "7.00", currency: "EUR" }) };

  it("is written in the version after its last upcast", () => {
    expect(paid.schemaVersion).toBe(3);
  });

  it.each([
    [1, { euros: 7 }],
    [2, { amount: "7.00" }],
    [3, { amount: "7.00", currency: "EUR" }],
  ])("is read from version %i as it would be written today", (version, about) => {
    expect(decodeBy(paid, dataOf(about), version)).toEqual(now);
  });

  it("is not read as what it is not", () => {
    expect(() => decodeBy(paid, dataOf({ euros: 7 }), 3)).toThrow(z.ZodError);
    expect(() => decodeBy(paid, now.data, 4)).toThrow(TooNewEventError);
  });
});
