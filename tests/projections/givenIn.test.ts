import { expect, it } from "vitest";
import { credit, debit, entry, negation } from "../../domain/money/postings.js";
import { givenIn } from "../../projections/donations/queries.js";
import { money } from "../support/donations.js";

const [told, charged] = [money("5.00 USD"), money("4.52 USD")];
const given = (sum: typeof told) =>
  entry(debit("assets:github:clearing", sum), credit("income:donations:github", sum));
const row = (standing: "regular" | "suspense", moved: ReturnType<typeof given>) => ({
  ...{ standing, gross: told.amount, currency: told.currency },
  moved: JSON.stringify(moved),
});

it("what was given is shown as it was corrected", () => {
  expect(givenIn(row("regular", given(told)))).toEqual(told);
  const corrected = [...given(told), ...negation(given(told)), ...given(charged)];
  expect(givenIn(row("regular", corrected))).toEqual(charged);
  const undone = [...given(told), ...negation(given(told))];
  expect(givenIn(row("regular", undone))).toEqual(money("0.00 USD"));
  expect(givenIn(row("suspense", []))).toEqual(told);
});
