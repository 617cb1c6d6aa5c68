import { isNegative, isPositive, type Money, readDecimal } from "../../domain/money/money.js";
import { Refusal } from "../../platform/process/refusal.js";

/** "12.30" EUR. @throws Refusal for what is no such amount */
export function readAmount(text: string | undefined, currency: string): Money {
  const money = readDecimal(text ?? "", currency);
  if (money === undefined || !isPositive(money)) {
    throw new Refusal(`The amount must be above zero, with no more decimals than ${currency} has.`);
  }
  return money;
}

/** Nothing by default. */
export function readFee(text: string, currency: string): Money {
  const money = readDecimal(text, currency);
  if (money === undefined || isNegative(money)) {
    throw new Refusal(`The fee must not be negative, with no more decimals than ${currency} has.`);
  }
  return money;
}
