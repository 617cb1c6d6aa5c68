import { day as dayMs } from "../limits.js";
import { dayOf, plusMs } from "../time.js";

/**
 * The day so many bank days after this one. A bank day is one of T2, the Eurosystem's: Monday to Friday but
 * for New Year, Good Friday, Easter Monday, 1 May, 25 and 26 December.
 */
export function bankDaysAfter(day: string, count: number): string {
  let found = day;
  for (let left = count; left > 0; ) {
    found = dayAfter(found);
    if (isBankDay(found)) left -= 1;
  }
  return found;
}

/** The first bank day from this one on. */
export function nextBankDay(day: string): string {
  let found = day;
  while (!isBankDay(found)) found = dayAfter(found);
  return found;
}

const dayAfter = (day: string): string => dayOf(plusMs(`${day}T00:00:00.000Z`, dayMs));
const dayBefore = (day: string, days: number): string =>
  dayOf(plusMs(`${day}T00:00:00.000Z`, -days * dayMs));

const fixedHolidays = new Set(["01-01", "05-01", "12-25", "12-26"]);

export function isBankDay(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  if (weekday === 0 || weekday === 6 || fixedHolidays.has(day.slice(5))) return false;
  const easter = easterOf(Number(day.slice(0, 4)));
  return day !== dayAfter(easter) && day !== dayBefore(easter, 2);
}

/** Easter Sunday of a Gregorian year, by Butcher's rule. */
function easterOf(year: number): string {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d =
    (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return dayOf(new Date(Date.UTC(year, Math.floor(f / 31) - 1, (f % 31) + 1)).toISOString());
}
