import { isNegative, type Money, minus, readDecimal } from "../../domain/money/money.js";
import { isGiftSum } from "../../domain/statements/statementRow.js";
import { Refusal } from "../../platform/process/refusal.js";

/** "12.30" EUR. @throws Refusal for what is no such amount */
export function readAmount(text: string | undefined, currency: string): Money {
  const money = readDecimal(text ?? "", currency);
  if (money === undefined || !isGiftSum(money)) {
    throw new Refusal(
      `The amount must be above zero and plausible, with no more decimals than ${currency} has.`,
    );
  }
  return money;
}

/** Nothing by default. @throws Refusal for what can't be the fee of this sum */
export function readFee(text: string, of: Money): Money {
  const fee = readDecimal(text, of.currency);
  if (fee === undefined || isNegative(fee) || isNegative(minus(of, fee))) {
    throw new Refusal(
      `The fee must be neither negative nor above the amount, with no more decimals than ${of.currency} has.`,
    );
  }
  return fee;
}
