import { stringify } from "csv-stringify/sync";

/** An amount of ours: it may begin with a minus, and is no formula for that. */
export interface AmountCell {
  readonly amount: string;
}
export type Cell = string | number | boolean | null | AmountCell;

/**
 * RFC 4180. What begins like a formula is made a text with a leading apostrophe, since spreadsheets
 * run formulas and names are written by strangers.
 */
export const csvOf = (columns: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  stringify([[...columns], ...rows.map((row) => [...row])], {
    record_delimiter: "windows",
    escape_formulas: true,
    // Lone ones too: readers differ in what ends a line.
    quoted_match: /[\r\n]/,
    cast: {
      boolean: (value) => (value ? "yes" : "no"),
      object: (value) => ({ value: amountIn(value), escape_formulas: false }),
    },
  });

const amountIn = (cell: object): string => ("amount" in cell ? String(cell.amount) : "");
