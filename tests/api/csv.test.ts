import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { csvOf } from "../../api/csv.js";

it.each([
  ["a line feed", "Ana\nSilva"],
  ["a carriage return", "Ana\rSilva"],
  ["both", "Ana\r\nSilva"],
  ["a comma and quotes", 'Ana, "Silva"'],
])("a cell with %s is one cell, whatever the reader takes for the end of a line", (_what, name) => {
  const text = csvOf(["donor", "gross"], [[name, { amount: "-5.00" }]]);
  for (const record_delimiter of [["\r\n"], ["\r\n", "\n", "\r"]]) {
    expect(parse(text, { record_delimiter })).toEqual([
      ["donor", "gross"],
      [name, "-5.00"],
    ]);
  }
});
