import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { minorOf, moneyOfMinor } from "../../domain/money/minor.js";
import { moneyOf } from "../../domain/money/money.js";
import { MonthMoney } from "../../domain/sharing/monthMoney.js";
import { MonthWork, type WorkEvent } from "../../domain/sharing/monthWork.js";
import { type Plan, planOf } from "../../domain/sharing/plan.js";
import { sumOfShares } from "../../domain/sharing/split.js";
import { openDatabase } from "../../platform/mysql/database.js";
import { stored } from "../support/deciderSpec.js";
import { basisOf, usualTerms } from "../support/distributions.js";
import { freshDatabaseUrl } from "../support/freshDatabases.js";
import { idOf } from "../support/generations.js";
import { giftMax, moneyBySql, monthBySql, tables, unitsBySql } from "../support/sharingSql.js";

/**
 * The same rules a second time, as plain SQL over rows: whoever has the log in tables comes to the same
 * units and cents. A hundred ledgers of ten months each, made by one seed.
 */
const [ledgers, months, nodes, people, payees] = [100, 10, 6, 6, 3];

/** The generator of Park and Miller. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

type Cells = readonly (number | null)[];
interface Rows {
  readonly claim: Cells[];
  readonly trust: Cells[];
  readonly payee: Cells[];
  readonly work: Cells[];
  readonly money: Cells[];
}
const at = "2026-11-22T12:00:00.000Z";
const day = "2026-11-22";
const name = (n: number): string => idOf(100 + n);
const draft = (type: string, shown: object, hidden: object): WorkEvent =>
  stored<WorkEvent>({ type, public: shown, private: { at, ...hidden }, sealed: {} } as never);

/** One ledger: what happens in it becomes events for the fold, and rows for the database. */
class Story {
  readonly work = new MonthWork();
  readonly money = new MonthMoney();
  readonly plans: Plan[] = [];
  readonly #claimed = new Set<number>();
  #position = 0;
  readonly #ledger: number;
  readonly #any: (below: number) => number;
  readonly #rows: Rows;

  constructor(ledger: number, any: (below: number) => number, rows: Rows) {
    this.#ledger = ledger;
    this.#any = any;
    this.#rows = rows;
  }

  happen(month: number): void {
    const any = this.#any;
    this.#position += 1;
    const place = [this.#ledger, this.#position] as const;
    const [kind, node, person] = [any(12), any(nodes), any(people)];
    if (kind === 0 && !this.#claimed.has(node)) {
      this.#claimed.add(node);
      const shown = { nodeId: name(node), payId: name(500 + node), claimedOn: day };
      const hidden = { nodeId: name(node), operatorId: name(900 + person), by: "token" };
      this.work.add(draft("NodeClaimed", shown, hidden));
      this.#rows.claim.push([...place, node, person]);
    } else if (kind === 1) {
      this.work.add(draft("NodeTrusted", { nodeId: name(node), trustedOn: day }, {}));
      this.#rows.trust.push([...place, node]);
    } else if (kind === 2 && any(3) === 0) {
      const payee = any(payees);
      const hidden = { operatorId: name(900 + person), payeeId: name(700 + payee) };
      this.work.add(draft(any(2) === 0 ? "PayeeLinked" : "PayeeHeld", {}, hidden));
      this.#rows.payee.push([...place, person, payee]);
    } else if (kind < 6) this.#gift(place, month);
    else this.#job(place, month, node, person);
  }

  #gift(place: Cells, month: number): void {
    const gift = this.#any(8);
    const minor = this.#any(200_000) - 60_000;
    const postings = [
      { account: "liabilities:undistributed" as const, ...moneyOfMinor(BigInt(-minor), "EUR") },
    ];
    this.money.add({ stream: `donation-bank-${gift}`, postings });
    this.#rows.money.push([...place, month, gift, minor]);
  }

  #job(place: Cells, month: number, node: number, person: number): void {
    const any = this.#any;
    const [audioMs, stems, late, heard] = [1 + any(30_000), any(2), any(2), any(9) === 0 ? 1 : 0];
    const [drawnFrom, online] = any(5) === 0 ? [null, null] : [1 + any(3), 1 + any(5)];
    const own = any(10) === 0 ? 1 : 0;
    const generationId = idOf(10_000 + this.#position);
    const shown = {
      ...{ day, nodeId: name(node), audioMs, stems: stems === 1, inTime: late === 0 },
      ...(heard === 1 && { heardBefore: true }),
      ...{ drawnFrom, payeesOnline: online },
    };
    const hidden = { generationId, leaseId: generationId, askedBy: name(900 + person) };
    const ownWork = own === 1 ? { ownWork: "same-account" } : {};
    this.work.add(draft("ContributionRecorded", shown, { ...hidden, ...ownWork }));
    const isVoided = any(12) === 0;
    if (isVoided) {
      const why = { reason: "x", evidenceSha256: "a".repeat(64), leaseId: generationId };
      const about = { nodeId: name(node), voidedOn: day };
      this.work.add(draft("ContributionVoided", about, { generationId, ...why }));
    }
    const measured = [audioMs, stems, late, heard, drawnFrom, online, own, isVoided ? 1 : 0];
    this.#rows.work.push([...place, month, node, person, ...measured]);
  }

  close(policy: "v1" | "v2"): number {
    this.#position += 1;
    const before = this.plans.at(-1);
    const zero = moneyOf(0, "EUR");
    const predecessor = before && {
      finalized: idOf(1),
      pooled: before.shown.pooled,
      carriedOut: moneyOfMinor(minorOf(before.shown.toShare) - sumOfShares(before.shares), "EUR"),
    };
    const { nodes: earners } = this.work.close(policy);
    const released = this.plans.at(-4)?.shown.reserved ?? zero;
    const money = this.money.close("EUR", BigInt(giftMax));
    const basis = { money, nodes: earners, policy, predecessor, released };
    this.plans.push(planOf(basisOf({ ...basis, terms: usualTerms("EUR") })));
    return this.#position;
  }
}

let db: ReturnType<typeof openDatabase<object>>;
const stories: Story[] = [];
const ends: Cells[] = [];
const rows: Rows = { claim: [], trust: [], payee: [], work: [], money: [] };

function makeStories(): void {
  const any = seeded(20_261_130);
  for (let ledger = 0; ledger < ledgers; ledger += 1) {
    const story = new Story(ledger, any, rows);
    stories.push(story);
    for (let month = 0; month < months; month += 1) {
      for (let count = 10 + any(40); count > 0; count -= 1) story.happen(month);
      const v2 = month < any(4) ? 0 : 1;
      ends.push([ledger, month, story.close(v2 === 1 ? "v2" : "v1"), v2]);
    }
  }
}

async function fillTables(): Promise<void> {
  for (const [table, columns] of Object.entries(tables)) {
    await sql.raw(`CREATE TABLE t_${table} (${columns})`).execute(db);
  }
  for (const [table, all] of Object.entries({ ...rows, ends })) {
    for (let from = 0; from < all.length; from += 2000) {
      const values = all.slice(from, from + 2000).map((row: Cells) => `(${row.map(text).join()})`);
      await sql.raw(`INSERT INTO t_${table} VALUES ${values.join()}`).execute(db);
    }
  }
}

beforeAll(async () => {
  makeStories();
  db = openDatabase<object>(await freshDatabaseUrl(), "read");
  await fillTables();
  await sql.raw(unitsBySql).execute(db);
}, 120_000);
afterAll(() => db.destroy());
const text = (cell: number | null): string => (cell === null ? "NULL" : String(cell));

interface UnitsRow {
  readonly ledger: number;
  readonly month: number;
  readonly node: number;
  readonly jobs: string;
  readonly units: string;
}

it("gives every node the same units in 1 000 months", async () => {
  const { rows: found } = await sql.raw<UnitsRow>("SELECT * FROM t_units").execute(db);
  const bySql = found.map(
    (row) => `${row.ledger} ${row.month} ${name(500 + row.node)} ${row.units}`,
  );
  const byFold = stories.flatMap(({ plans }, ledger) =>
    plans.flatMap(({ shares }, month) =>
      shares.map(({ payId, units }) => `${ledger} ${month} ${payId} ${units}`),
    ),
  );
  expect(stories.flatMap(({ plans }) => plans)).toHaveLength(1000);
  expect(bySql.sort()).toEqual(byFold.sort());
  expect(found.filter(({ units }) => units === "0").length).toBeGreaterThan(100);
  expect(found.filter(({ units }) => units !== "0").length).toBeGreaterThan(100);
});

interface SharedRow {
  readonly ledger: number;
  readonly month: number;
  readonly reserved: string;
  readonly pool: string;
  readonly to_share: string;
  readonly carried: string;
}

it("comes to the same pools, reserves and left-overs, to the cent", async () => {
  await sql.raw(moneyBySql).execute(db);
  for (let month = 0; month < months; month += 1) await sql.raw(monthBySql(month)).execute(db);
  const { rows: found } = await sql
    .raw<SharedRow>("SELECT * FROM t_shared ORDER BY ledger, month")
    .execute(db);
  const bySql = found.map(({ ledger, month, pool, reserved, to_share, carried }) =>
    [ledger, month, pool, reserved, to_share, carried].join(" "),
  );
  const byPlan = stories.flatMap(({ plans }, ledger) =>
    plans.map(({ shown, shares }, month) => {
      const [pool, reserved, toShare] = [shown.pool, shown.reserved, shown.toShare].map(minorOf);
      return [ledger, month, pool, reserved, toShare, (toShare ?? 0n) - sumOfShares(shares)].join(
        " ",
      );
    }),
  );
  expect(bySql).toEqual(byPlan);
  expect(found.filter(({ pool }) => pool !== "0").length).toBeGreaterThan(300);
});
