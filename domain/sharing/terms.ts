import { z } from "zod";
import { moneySchema } from "../money/money.js";

/** A part of one, as decimal text with at most six places. */
export const ratioSchema = z.string().regex(/^(0|1|0\.\d{1,6}|1\.0{1,6})$/);

const scalePlaces = 6;
export const ratioScale = 10n ** BigInt(scalePlaces);

/** In millionths. */
export function scaledRatio(ratio: string): bigint {
  const [whole = "", fraction = ""] = ratio.split(".");
  return BigInt(whole + fraction.padEnd(scalePlaces, "0"));
}

const ratios = {
  workers: ratioSchema,
  infrastructure: ratioSchema,
  development: ratioSchema,
};
export const ratiosSchema = z.object(ratios);
/** For whom a month's pool is, in the order in which a tie of remainders goes. */
export type Ratios = z.infer<typeof ratiosSchema>;

export const sumToOne = ({ workers, infrastructure, development }: Ratios): boolean =>
  [workers, infrastructure, development].reduce((sum, each) => sum + scaledRatio(each), 0n) ===
  ratioScale;

/** By what a distribution shares out. They are the settings of its day, stored in its first event. */
export const termsSchema = z.object({
  ...ratios,
  /** Of the workers' part: kept back for `reserveMonths` closings, against stolen cards. */
  reserve: ratioSchema,
  /** So much of one gift counts in a month; its rest waits for the closings that follow. */
  giftMonthlyMax: moneySchema,
  /** Present where nothing is shared out in this currency: all of it waits until it is converted. */
  awaitsConversion: z.literal(true).optional(),
});
export type Terms = z.infer<typeof termsSchema>;

/** What is kept back of a month's part is shared out so many closings later. */
export const reserveMonths = 4;
