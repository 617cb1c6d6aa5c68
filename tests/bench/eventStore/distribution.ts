import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openDataFolder } from "../../../eventstore/storage/dataFolder.js";
import type { ProposedEvent } from "../../../eventstore/storage/eventRecord.js";
import { typeBlockOf } from "../../../eventstore/storage/typeBlock.js";
import { openStore } from "../../../eventstore/store.js";
import { TypeIndexer } from "../../../eventstore/writing/typeIndexer.js";
import { completeEnvironment } from "../../support/completeEnvironment.js";
import { startStore } from "./storeProcess.js";

/** How long `npm run distribute` takes for a month, from its start to its end. */
export interface DistributedMonth {
  readonly contributions: number;
  readonly nodes: number;
  /** Of all types, in the whole log. */
  readonly events: number;
  readonly seconds: number;
  /** Most that it held at a time. */
  readonly memoryMb: number;
}

const months = [10_000, 100_000, 1_000_000] as const;
const contributionsPerNode = 10;
const othersPerContribution = 8;
const currencies = ["EUR", "USD"] as const;
const giftsPerCurrency = 500;
const streamsAtOnce = 500;
const lookEveryMs = 50;
const at = "2026-10-31T12:00:00.000Z";

export async function measureDistribution(onStep: (step: string) => void): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), "distribution-"));
  try {
    const measured: DistributedMonth[] = [];
    for (const contributions of months) {
      onStep(`sharing out a month of ${contributions} contributions …`);
      measured.push(await measureMonth(join(folder, `${contributions}`), contributions));
    }
    return { months: measured };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureMonth(dataDir: string, contributions: number): Promise<DistributedMonth> {
  const nodes = contributions / contributionsPerNode;
  const events = await fill(dataDir, contributions, nodes);
  const store = await startStore(dataDir);
  try {
    const startedAt = performance.now();
    const { memoryMb, output } = await distribute(store.url);
    const seconds = (performance.now() - startedAt) / 1_000;
    const { months: shared } = JSON.parse(output);
    const found = shared[0]?.distributions.map((each: { nodes: number }) => each.nodes);
    if (`${found}` !== `${currencies.map(() => nodes)}`) throw new Error(`shared out: ${found}`);
    return { contributions, nodes, events, seconds, memoryMb };
  } finally {
    await store.stop();
    rmSync(dataDir, { recursive: true });
  }
}

/** As a person runs it; it needs neither MySQL nor Redis for a month that is closed. */
async function distribute(url: string): Promise<{ memoryMb: number; output: string }> {
  const args = ["scripts/bootstrap.mjs", "scripts/distribute.ts", "--json"];
  const env = { ...process.env, ...completeEnvironment, EVENTSTORE_URL: url };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const pieces: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
  let memoryMb = 0;
  const timer = setInterval(() => {
    memoryMb = Math.max(memoryMb, residentMb(child.pid));
  }, lookEveryMs);
  const [code] = await once(child, "close");
  clearInterval(timer);
  if (code !== 0) throw new Error(`distribute ended with ${code}`);
  return { memoryMb, output: Buffer.concat(pieces).toString() };
}

/** The most that the process ever held, as Linux counts it; 0 once it has ended. */
function residentMb(pid: number | undefined): number {
  try {
    const [, kib = "0"] =
      /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Math.round(Number(kib) / 1_024);
  } catch {
    return 0;
  }
}

/** Written by the store's own writer, without the calls: they are not what is measured here. */
async function fill(dataDir: string, contributions: number, nodes: number): Promise<number> {
  const { database, close } = await openDataFolder(dataDir);
  const store = await openStore(database, Date.now);
  const types = new TypeIndexer(store);
  const write = (stream: string, events: [ProposedEvent, ...ProposedEvent[]]): Promise<unknown> =>
    store.writer.write((transaction) => void transaction.append(stream, events));
  await write("books-ledger", [opened(), adopted()]);
  for (const currency of currencies) {
    for (let gift = 0; gift < giftsPerCurrency; gift += 1) {
      await write(`donation-bank-${currency}-${gift}`, [settled(currency)]);
    }
  }
  for (let written = 0; written < contributions; written += streamsAtOnce) {
    const writes = Array.from({ length: streamsAtOnce }, (_, index) =>
      write(`generation-${crypto.randomUUID()}`, work(written + index, nodes)),
    );
    await Promise.all(writes);
  }
  await write("books-ledger", [closed()]);
  const blocks = typeBlockOf(database.lastPosition() + 1n);
  while (database.typeBlocks() < blocks) await pause(lookEveryMs);
  await types.stop();
  await store.writer.close();
  const events = Number(database.lastPosition());
  await close();
  return events;
}

const idOf = (kind: number, number: number): string =>
  `0000000${kind}-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;

/** One contribution among events that are none, the first of each node with its claim and its trust. */
function work(number: number, nodes: number): [ProposedEvent, ...ProposedEvent[]] {
  const nodeId = idOf(1, number % nodes);
  const others = Array.from({ length: othersPerContribution }, (_, index) =>
    event(`OtherThingHappened${index}`, { text: "x".repeat(300) }, {}),
  );
  const [first = contribution(number, nodeId), ...rest] =
    number < nodes ? [claimed(number, nodeId), trusted(nodeId), ...others.slice(2)] : others;
  return [first, ...rest, contribution(number, nodeId)];
}

const opened = () =>
  event("LedgerOpened", { ledgerId: idOf(9, 1), openedOn: "2026-10-01" }, { at });
const adopted = () => event("PolicyAdopted", { policy: "v2", from: "2026-10" }, { at });
const closed = () => event("MonthClosed", { month: "2026-10" }, { at });
const claimed = (number: number, nodeId: string) =>
  event(
    "NodeClaimed",
    { nodeId, payId: idOf(2, number), claimedOn: "2026-10-31" },
    { nodeId, at, operatorId: idOf(3, number), by: "token" },
  );
const trusted = (nodeId: string) =>
  event(
    "NodeTrusted",
    { nodeId, trustedOn: "2026-10-31" },
    { nodeId, at, acceptedJobs: 20, firstAcceptedAt: at },
  );
const contribution = (number: number, nodeId: string) =>
  event(
    "ContributionRecorded",
    {
      ...{ day: "2026-10-31", nodeId, audioMs: 6_000, stems: false, inTime: true },
      ...{ drawnFrom: 4, payeesOnline: 9 },
    },
    { generationId: idOf(4, number), at, leaseId: idOf(5, number), askedBy: idOf(6, number) },
    3,
  );

/** A gift of 100.00 without a fee: what matters is what it adds to the pool. */
function settled(currency: string): ProposedEvent {
  const amount = { amount: "100.00", currency };
  const less = { amount: "-100.00", currency };
  const postings = [
    { account: "assets:bank:balance", ...amount },
    { account: "income:donations:bank", ...less },
    { account: "expenses:dedicated", ...amount },
    { account: "liabilities:undistributed", ...less },
  ];
  const shown = { provider: "bank", standing: "regular", hour: "2026-10-31T12", postings };
  const sums = { charged: amount, gross: amount, fee: { amount: "0.00", currency } };
  return event(
    "DonationSettled",
    { ...shown, ...sums },
    { externalId: "x", moneyKey: crypto.randomUUID(), at, occurredAt: at },
  );
}

function event(type: string, shown: object, hidden: object, schemaVersion = 1): ProposedEvent {
  const data = { public: shown, private: hidden, sealed: {}, salt: "A".repeat(43) };
  const metadata = { $correlationId: crypto.randomUUID(), actor: "scheduler", schemaVersion };
  const [bytes, about] = [data, metadata].map((each) => Buffer.from(JSON.stringify(each)));
  if (bytes === undefined || about === undefined) throw new Error("nothing to write");
  return { id: crypto.randomUUID(), type, isJson: true, data: bytes, metadata: about };
}
