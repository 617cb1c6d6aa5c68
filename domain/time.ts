import { z } from "zod";

/** UTC with milliseconds, e.g. "2026-11-22T16:03:29.000Z": the only form a time has in an event. */
export const instantSchema = z.iso.datetime({ precision: 3 });
export type Instant = z.infer<typeof instantSchema>;

/** "2026-11-22T16" */
export const hourSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}$/);
/** "2026-11-22" */
export const daySchema = z.iso.date();
/** "2026-11" */
export const monthSchema = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);

export const hourOf = (at: Instant): string => at.slice(0, 13);
/** "2026-11-22T16:00:00.000Z": an instant that tells no more than its hour. */
export const fullHourOf = (at: Instant): Instant => `${hourOf(at)}:00:00.000Z`;
export const dayOfHour = (hour: string): string => hour.slice(0, 10);
export const dayOf = (at: Instant): string => at.slice(0, 10);
export const monthOf = (at: Instant): string => at.slice(0, 7);

export const epochMs = (at: Instant): number => Date.parse(at);
export const instantOf = (ms: number): Instant => new Date(ms).toISOString();
export const plusMs = (at: Instant, ms: number): Instant => instantOf(epochMs(at) + ms);

const lastMs = Date.parse("9999-12-31T23:59:59.999Z");
/** Whether others may have meant this: before 1970, or in a year of five digits, nobody did. */
export const isPlausibleMs = (ms: number): boolean => ms >= 0 && ms <= lastMs;

/** Compared as instants, however each side spells them. */
export const betweenMs = (a: Instant, b: Instant): number => Math.abs(epochMs(a) - epochMs(b));

/** Instants are written so that they compare as text. */
export const laterOf = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** Midnight UTC that ends the day of `at`. */
export const nextMidnight = (at: Instant): Instant =>
  plusMs(`${dayOf(at)}T00:00:00.000Z`, 86_400_000);

/** The month after "2026-12" is "2027-01". */
export const nextMonth = (month: string): string => monthFrom(month, 1);

/** The last day of a month. */
export const lastDayOf = (month: string): string =>
  dayOf(plusMs(`${nextMonth(month)}-01T00:00:00.000Z`, -1));

export const previousMonth = (month: string): string => monthFrom(month, -1);

/** As many calendar months later, at the same day and time; at the end of a month that has no such day. */
export function plusMonths(at: Instant, months: number): Instant {
  const month = monthFrom(monthOf(at), months);
  const lastDay = lastDayOf(month);
  const sameDay = `${month}${dayOf(at).slice(7)}`;
  return `${sameDay < lastDay ? sameDay : lastDay}${at.slice(10)}`;
}

function monthFrom(month: string, later: number): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return monthOf(new Date(Date.UTC(year, number - 1 + later, 1)).toISOString());
}
