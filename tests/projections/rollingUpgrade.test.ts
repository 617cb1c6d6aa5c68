import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { treasuryStream } from "../../domain/treasury/events.js";
import { userStream } from "../../domain/user/events.js";
import { newId } from "../../platform/ids.js";
import { listBalances } from "../../projections/entries/queries.js";
import { projections } from "../../projections/registry.js";
import { stanceOn } from "../../projections/runner/passed.js";
import { listTreasury } from "../../projections/treasury/queries.js";
import { findUser } from "../../projections/users/queries.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { money } from "../support/donations.js";
import { write, writeNewer } from "../support/drafts.js";
import * as m from "../support/moneyStory.js";
import { type Changes, copySoftware } from "../support/newerSoftware.js";
import { runScript } from "../support/terminal.js";
import { environmentOf } from "../support/toolEnvironment.js";
import { openedAt as at, openWorld, startProjector, type World } from "../support/world.js";

/** EmailVerified and ExpensePaid in version 2, and two types that nobody knows yet. */
const changes: Changes = {
  "domain/user/events.ts": [
    [
      `mail.",
    public: {},
    private: about,
    sealed: {},`,
      `mail.",
    public: {},
    private: { ...about, by: z.enum(["mail", "post"]) },
    sealed: {},
    upcasts: [(data: any) => ({ ...data, private: { ...data.private, by: "mail" } })],`,
    ],
    [
      "] as const;",
      `  defineEvent("TermsAccepted", {
    about: "Somebody accepted other terms.",
    public: {},
    private: { ...about, termsVersion: z.string() },
    sealed: {},
  }),
] as const;`,
    ],
  ],
  "domain/treasury/events.ts": [
    [
      "moneySchema },\n    private: about,\n    sealed: {},",
      `moneySchema },
    private: { ...about, invoice: z.string() },
    sealed: {},
    upcasts: [(data: any) => ({ ...data, private: { ...data.private, invoice: "" } })],`,
    ],
    [
      "] as const;",
      `  defineEvent("GrantReceived", { about: "", public: shown, private: {}, sealed: {} }),
] as const;`,
    ],
  ],
  "projections/users/projection.ts": [
    [
      "    UserErased:",
      `    TermsAccepted: {
      ...ofUser,
      fold: (row, { event }) => row && { ...row, terms_version: event.data.private.termsVersion },
    },
    UserErased:`,
    ],
  ],
};

let world: World;
let newer: string;
beforeAll(async () => {
  world = await openWorld();
  newer = join(world.folder, "newer");
  copySoftware(newer, changes);
});
afterAll(() => world.close());

const userId = newId();
const verified = {
  type: "EmailVerified" as const,
  public: {},
  private: { userId, at },
  sealed: {},
};
const secret = { personId: userId, purpose: "account" as const, text: "ana" };
const registered = {
  type: "UserRegistered" as const,
  public: {},
  private: { userId, at, termsVersion: "2026-11" },
  sealed: { email: secret, username: secret, passwordHash: secret },
};

const salt = () => randomBytes(32).toString("base64url");
const exampleOf = (type: string) =>
  JSON.parse(readFileSync(`tests/fixtures/events/${type}.v1.json`, "utf8"));

async function writeOfTomorrow(): Promise<void> {
  const about = { userId, at };
  const data = { public: {}, sealed: {} };
  await writeNewer(
    ...[world, userStream(userId), "EmailVerified"],
    { ...data, salt: salt(), private: { ...about, by: "post" } },
    2,
  );
  await writeNewer(
    ...[world, userStream(userId), "TermsAccepted"],
    { ...data, salt: salt(), private: { ...about, termsVersion: "2027-01" } },
    1,
  );
  const expense = exampleOf("ExpensePaid");
  const { treasuryId } = expense.private;
  await writeNewer(
    ...[world, treasuryStream(treasuryId), "ExpensePaid"],
    { ...expense, salt: salt(), private: { ...expense.private, invoice: "17" } },
    2,
  );
  const postings = [
    { account: "assets:bank:balance", amount: "90.00", currency: "EUR" },
    { account: "liabilities:undistributed", amount: "-90.00", currency: "EUR" },
  ];
  const shown = { manual: true, day: "2026-11-22", postings };
  await writeNewer(
    ...[world, treasuryStream(newId()), "GrantReceived"],
    { ...data, salt: salt(), private: {}, public: shown },
    1,
  );
}

const behind = async (): Promise<string[]> => {
  const last = String(await world.store.lastPosition());
  const rows = await world.readDb.selectFrom("read_checkpoint").selectAll().execute();
  return rows.flatMap(({ projection, position }) => (position === last ? [] : [projection])).sort();
};

const passed = async (): Promise<string[]> => {
  const rows = await world.readDb.selectFrom("read_passed").selectAll().execute();
  return rows.flatMap((row) => (row.projection === "users" ? [`${row.type} ${row.version}`] : []));
};

const expenses = async (): Promise<number> =>
  (await listTreasury(world.readDb, { from: null, to: null })).length;

const bank = async (): Promise<string | undefined> =>
  (await listBalances(world.readDb)).find(({ account }) => account === "assets:bank:balance")
    ?.balance.amount;

const payExpense = () =>
  m.enterTreasury(world, {
    type: "PayExpense",
    ...{ from: "bank", fund: "infrastructure", amount: money("1.00 EUR") },
  });

async function withNewProjector(work: () => Promise<void>): Promise<void> {
  const env = { ...environmentOf(world), METRICS_PORT: String(await reservePort()) };
  const program = runScript(join(newer, "projections/main.ts"), [], { cwd: newer, env });
  await work();
  program.child.kill("SIGTERM");
  await program.ended;
}

describe("a rolling upgrade", () => {
  it("stops what counts money and marks what passed over, while the old projector runs", async () => {
    const projector = startProjector(world);
    await write(world, userStream(userId), registered);
    await projector.caughtUp();
    await writeOfTomorrow();
    await payExpense();
    await projector.caughtUp();
    await projector.stop();
    expect(await findUser(world.readDb, userId)).toMatchObject({ status: "unverified" });
    expect(await behind()).toEqual([
      "contributions",
      "distributions",
      "donations",
      "entries",
      "months",
      "shares",
      "treasury",
    ]);
    expect(await expenses()).toBe(0);
    expect((await passed()).sort()).toEqual([
      "EmailVerified 2",
      "GrantReceived 1",
      "TermsAccepted 1",
    ]);
    const rows = await world.readDb.selectFrom("read_parked").select("reason").execute();
    const reason = "TooNewEventError: ExpensePaid is of version 2; this software knows up to 1.";
    expect(new Set(rows.map((row) => row.reason))).toEqual(new Set([reason]));
  });

  it("takes up what stopped, and rebuilds what passed over, once the new one runs", async () => {
    await withNewProjector(async () => {
      await expect.poll(behind, { timeout: 60_000 }).toEqual([]);
    });
    const user = { status: "active", terms_version: "2027-01" };
    expect(await findUser(world.readDb, userId)).toMatchObject(user);
    expect(await passed()).toEqual([]);
    expect(await expenses()).toBe(2);
    // The expense of the example was paid from another account.
    expect(await bank()).toBe("89.00");
  });

  it("lets the new projector read what the old software writes", async () => {
    const before = Number(await bank());
    await payExpense();
    await write(world, userStream(userId), verified);
    await withNewProjector(async () => {
      await expect.poll(behind, { timeout: 60_000 }).toEqual([]);
    });
    expect(await expenses()).toBe(3);
    expect(Number(await bank())).toBe(before - 1);
  });

  it("lets the old projector go on from where the new one was", async () => {
    const projector = startProjector(world);
    await payExpense();
    await projector.caughtUp();
    await projector.stop();
    expect(await behind()).toEqual([]);
    expect(await expenses()).toBe(4);
  });
});

describe("an event that newer software wrote", () => {
  const moving = { public: { postings: [] } };
  const other = { public: {} };
  it.each([
    ["EmailVerified", 1, other, { users: "take", nodes: "ignore", months: "ignore" }],
    ["EmailVerified", 2, other, { users: "pass over", nodes: "ignore", months: "ignore" }],
    ["EmailVerified", 2, moving, { users: "pass over", nodes: "ignore", months: "take" }],
    ["MonthClosed", 2, other, { users: "ignore", nodes: "ignore", months: "take" }],
    ["Unheard", 1, other, { users: "pass over", nodes: "pass over", months: "pass over" }],
    ["Unheard", 1, moving, { users: "pass over", nodes: "pass over", months: "take" }],
  ])(
    "of type %s and version %i, holding %o, makes read models %o",
    (type, version, data, wanted) => {
      const event = { id: newId(), stream: "x", revision: 0n, position: 0n, type, data };
      const recorded = { ...event, metadata: { schemaVersion: version } };
      const stances = Object.keys(wanted).map((name) => {
        const projection = projections.find((each) => each.name === name);
        return [name, projection && stanceOn(projection, recorded)];
      });
      expect(Object.fromEntries(stances)).toEqual(wanted);
    },
  );
});
