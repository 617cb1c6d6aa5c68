/** What nodes did in a month. See `usage`. */
import { parseArgs } from "node:util";
import { Refusal } from "../platform/process/refusal.js";
import { listContributions, type NodeMonth } from "../projections/contributions/queries.js";
import { listMonths } from "../projections/months/queries.js";
import type { ReadDb } from "../projections/readTables.js";
import type { ListedShare } from "../projections/shares/queries.js";
import * as tool from "./money/ledgerTool.js";
import { sharesOfMonth } from "./money/sharesOfMonth.js";

const usage = `Shows what each node did in a month, whose it is, and what it earned. For maintainers: what the public
sees names pay ids only.

  npm run worker-stats -- [--month YYYY-MM]

  --month YYYY-MM    default: the open month, which has no shares yet
${tool.commonUsage}`;

const pageRows = 1000;
const nodesShown = 50;

const { values: options } = parseArgs({
  options: { ...tool.commonOptions, month: { type: "string" } },
});

interface Stats extends NodeMonth {
  /** What counted, once shares are recorded. */
  readonly unitsCounted: string | null;
  readonly shares: readonly { readonly amount: string; readonly currency: string }[];
}

async function show(): Promise<void> {
  const { month, nodes } = await tool.withLedger(options.data, ({ readDb }) => read(readDb));
  if (options.json) console.log(JSON.stringify({ month, nodes }));
  else console.log(tableOf(month, nodes).join("\n"));
}

async function read(db: ReadDb): Promise<{ month: string; nodes: Stats[] }> {
  const months = await listMonths(db);
  const found =
    options.month === undefined
      ? months.at(-1)
      : months.find(({ month }) => month === options.month);
  if (found === undefined) {
    throw new Refusal("The ledger has no such month. Name one such as 2026-11.");
  }
  const { month } = found;
  const byPayId = new Map<string, ListedShare[]>();
  for (const share of await sharesOfMonth(db, month)) {
    byPayId.set(share.payId, [...(byPayId.get(share.payId) ?? []), share]);
  }
  const nodes = (await workOfMonth(db, month)).map((node) => statsOf(node, byPayId));
  return { month, nodes: nodes.sort((a, b) => Number(BigInt(b.units) - BigInt(a.units))) };
}

async function workOfMonth(db: ReadDb, month: string): Promise<NodeMonth[]> {
  const all: NodeMonth[] = [];
  for (;;) {
    const after = all.at(-1)?.nodeId;
    const page = await listContributions(db, { month, after, limit: pageRows });
    all.push(...page);
    if (page.length < pageRows) return all;
  }
}

function statsOf(node: NodeMonth, byPayId: ReadonlyMap<string, readonly ListedShare[]>): Stats {
  const shares = byPayId.get(node.payId ?? "") ?? [];
  const unitsCounted = shares[0]?.units ?? null;
  return { ...node, unitsCounted, shares: shares.map(({ amount }) => amount) };
}

const shortId = (id: string | null): string => (id === null ? "-" : id.slice(0, 8)).padEnd(10);

function tableOf(month: string, nodes: readonly Stats[]): string[] {
  const line = ({ nodeId, operatorId, jobs, units, unitsCounted, shares }: Stats): string => {
    const earned = shares.map(({ amount, currency }) => `${amount} ${currency}`).join(", ");
    const figures = [`${jobs}`.padStart(8), units.padStart(14), (unitsCounted ?? "-").padStart(14)];
    return `${shortId(nodeId)}${shortId(operatorId)}${figures.join("")}  ${earned || "-"}`;
  };
  const heads = `${"jobs".padStart(8)}${"units".padStart(14)}${"counted".padStart(14)}`;
  const more = nodes.length - nodesShown;
  return [
    month,
    `${"node".padEnd(10)}${"operator".padEnd(10)}${heads}  shares`,
    ...nodes.slice(0, nodesShown).map(line),
    ...(more > 0 ? [`… and ${more} more nodes; --json lists them all`] : []),
    `${nodes.length} nodes, ${nodes.reduce((sum, { jobs }) => sum + jobs, 0)} jobs`,
  ];
}

if (options.help) console.log(usage);
else await show();
