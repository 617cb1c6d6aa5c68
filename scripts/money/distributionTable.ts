import { minorOf, moneyOfMinor } from "../../domain/money/minor.js";
import type { Plan } from "../../domain/sharing/plan.js";
import { sumOfShares } from "../../domain/sharing/split.js";

const nodesShown = 20;
const nameWidth = 44;
const amountWidth = 18;

const line = (name: string, amount: string, more = ""): string =>
  `  ${name.padEnd(nameWidth)}${amount.padStart(amountWidth)}${more}`;

/** How a month's money comes to its shares, line by line, so that a person can check it. */
export function distributionTable(plan: Plan): string[] {
  const { shown, shares } = plan;
  const { terms, split, month, currency, policy } = shown;
  const left = moneyOfMinor(minorOf(shown.toShare) - sumOfShares(shares), currency);
  return [
    `${month} ${currency}, policy ${policy}`,
    line("came to be shared out, since the start", shown.accrued.amount),
    line("of it large gifts wait", shown.maturing.amount),
    line("pools of earlier months", shown.pooledBefore.amount),
    line(
      "pool of this month",
      shown.pool.amount,
      terms.awaitsConversion === true ? " (all waits until it is converted)" : "",
    ),
    line(`  ${percent(terms.workers)} workers`, split.workers.amount),
    line(`  ${percent(terms.infrastructure)} infrastructure`, split.infrastructure.amount),
    line(`  ${percent(terms.development)} development`, split.development.amount),
    line(`kept back, ${percent(terms.reserve)} of the workers' part`, shown.reserved.amount),
    line("back from the reserve", shown.released.amount),
    line("left over by the month before", shown.carriedIn.amount),
    line("taken back from shares", shown.returned.amount),
    line("to share", shown.toShare.amount, ` by ${shown.units} units`),
    ...shares
      .slice(0, nodesShown)
      .map(({ payId, units, amount }) =>
        line(`  ${payId}`, moneyOfMinor(amount, currency).amount, ` for ${units} units`),
      ),
    ...(shares.length > nodesShown
      ? [`  … and ${shares.length - nodesShown} more nodes; --json lists them all`]
      : []),
    line("left over", left.amount),
    `  ${shown.jobs} jobs of ${shown.nodes} nodes, ${shown.jobsNotCounted} of them counted nothing; ` +
      `${shown.jobsOfUnclaimed} jobs of nodes that nobody has claimed`,
    `  digest ${shown.digest}`,
  ];
}

const percent = (ratio: string): string => `${Number((Number(ratio) * 100).toFixed(4))} %`;

/** The same for programs. */
export const distributionJson = ({ shown, shares }: Plan) => ({
  ...shown,
  shares: shares.map(({ payId, units, amount }) => ({
    payId,
    units: `${units}`,
    amount: moneyOfMinor(amount, shown.currency).amount,
  })),
});
