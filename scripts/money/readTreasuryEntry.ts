import { funds } from "../../domain/money/accounts.js";
import { type Money, negated } from "../../domain/money/money.js";
import type { ChargeFee, MoveFunds, PayExpense } from "../../domain/treasury/commands.js";
import { Refusal } from "../../platform/process/refusal.js";
import { readAmount, readFee } from "./readAmount.js";
import { readProvider } from "./readProvider.js";
import { readReference } from "./readReference.js";
import { refuseExtraWords } from "./refuseExtraWords.js";

type About = "treasuryId" | "at" | "reason" | "evidenceSha256";
export type Entered = Omit<MoveFunds, About> | Omit<PayExpense, About> | Omit<ChargeFee, About>;

interface Options {
  readonly fee: string;
  readonly received?: string | undefined;
  readonly transaction?: string | undefined;
  readonly "given-back": boolean;
}

/** What the words of `npm run treasury` say that was done. @throws Refusal */
export function readTreasuryEntry(words: readonly string[], options: Options): Entered {
  switch (words[0]) {
    case "move":
      return readMove(words, options);
    case "expense":
      return readExpense(words);
    case "fee":
      return readAccountFee(words, options);
    default:
      throw new Refusal("The first argument must be move, expense, fee, undo or list. See --help.");
  }
}

function readMove(words: readonly string[], options: Options): Entered {
  refuseExtraWords(words, 5);
  const [from, to] = [readProvider(words[1]), readProvider(words[2])];
  const amount = readAmount(words[3], currencyOf(words[4]));
  const fee = readFee(options.fee, amount);
  if (options.received !== undefined) {
    return { type: "MoveFunds", from, to, amount, fee, received: readReceived(options.received) };
  }
  if (from === to) throw new Refusal("The money is already there: name two different accounts.");
  return { type: "MoveFunds", from, to, amount, fee };
}

/** "455.00 EUR" */
function readReceived(text: string): Money {
  const [amount, currency, ...others] = text.trim().split(/\s+/);
  if (currency === undefined || others.length > 0) {
    throw new Refusal('Write what arrived with its currency: --received "455.00 EUR".');
  }
  return readAmount(amount, currencyOf(currency));
}

function readExpense(words: readonly string[]): Entered {
  refuseExtraWords(words, 5);
  const fund = funds.find((each) => each === words[1]);
  if (fund === undefined) throw new Refusal(`The fund must be one of ${funds.join(", ")}.`);
  const from = readProvider(words[2]);
  return { type: "PayExpense", fund, from, amount: readAmount(words[3], currencyOf(words[4])) };
}

function readAccountFee(words: readonly string[], options: Options): Entered {
  refuseExtraWords(words, 4);
  const from = readProvider(words[1]);
  const charged = readAmount(words[2], currencyOf(words[3]));
  if (options.transaction === undefined) {
    throw new Refusal(
      "Name the provider's own id of the charge with --transaction: it counts once.",
    );
  }
  const transactionId = readReference(options.transaction);
  const amount = options["given-back"] ? negated(charged) : charged;
  return { type: "ChargeFee", from, amount, transactionId };
}

const currencyOf = (code = "EUR"): string => code.toUpperCase();
