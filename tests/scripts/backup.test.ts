import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { contextOf } from "../../commands/context.js";
import { handle, load } from "../../commands/handle.js";
import { openLedger } from "../../commands/openLedger.js";
import { booksDecider } from "../../domain/books/decider.js";
import { keysDecider } from "../../domain/keys/decider.js";
import { startEventStore } from "../../eventstore/server.js";
import { findLastBackup } from "../../platform/ops/lastBackup.js";
import { systemClock } from "../../platform/process/clock.js";
import { destroyKeysOf } from "../../platform/vault/erasure.js";
import { readErasureList } from "../../platform/vault/erasureList.js";
import { findPerson } from "../../platform/vault/handles.js";
import type { ReadTables } from "../../projections/readTables.js";
import { readAbout } from "../../scripts/backup/about.js";
import { clearPlace } from "../../scripts/backup/stage.js";
import { freshDatabaseUrl } from "../support/freshDatabases.js";
import * as m from "../support/moneyStory.js";
import { registerUser } from "../support/registering.js";
import { runTool } from "../support/toolEnvironment.js";
import { appSecret, openedAt as at, openWorld, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  writeFileSync(place("passphrase"), "tuesday piano marble fog\n");
});
afterAll(() => world.close());
const place = (name: string): string => join(world.folder, name);

/** Other servers, which hold nothing. */
async function emptyServers(name: string) {
  const eventStore = await startEventStore({ dataDir: place(name) });
  const databaseUrl = await freshDatabaseUrl();
  return {
    environment: {
      EVENTSTORE_URL: eventStore.url,
      DATABASE_URL: databaseUrl,
      ERASURES_FILE: place(`${name}.erasures`),
      CERTIFICATE_KEY_FILE: place(`${name}.pem`),
    },
    opened: await openLedger<ReadTables>({ eventStoreUrl: eventStore.url, databaseUrl, appSecret }),
    close: () => eventStore.close(),
  };
}

it("fills servers that the environment names, and locks payouts before anything else", async () => {
  const kept = await registerUser(world, at);
  const erased = await registerUser(world, at);
  const erasedBefore = await registerUser(world, at);
  await destroyKeysOf(world.vaultDb, erasedBefore.userId, at);
  await m.gift(world, "stripe", "pi_1").report(m.received("5.00 EUR", {}));
  writeFileSync(place("certificate.pem"), "a key");
  const file = place("archive");
  const backedUp = await runTool(world, "backup", [file, "--json"]);
  expect(backedUp.code, backedUp.output).toBe(0);
  expect(await findLastBackup(world.opsDb)).toBe(backedUp.json.backedUpAt);
  appendFileSync(place("list"), `\n${erased.userId} ${at}\n\n${erased.userId} 2026-0`);

  const other = await emptyServers("other");
  const restore = () =>
    runTool(
      world,
      "restore",
      [
        file,
        "--erasures",
        place("list"),
        "--data",
        place("data"),
        "--maintainer",
        "olga",
        "--json",
      ],
      other.environment,
    );
  const restored = await restore();
  expect(restored.code, restored.output).toBe(0);
  expect(restored.json).toMatchObject({
    ...{ ledgerId: world.ledgerId, events: backedUp.json.events, erased: 2, missingKeys: 0 },
  });
  const { store, vault, vaultDb, opsDb } = other.opened;
  const books = await load(store, booksDecider, {});
  expect(books.state).toMatchObject({
    payoutsLocked: { restoreId: restored.json.restoreId, since: backedUp.json.backedUpAt },
  });
  expect(books.events.at(-1)?.metadata).toMatchObject({ actor: "maintainer:olga" });
  expect(await findPerson(vaultDb, "username", vault.digestOf("username", kept.username))).toBe(
    kept.userId,
  );
  const keys = vaultDb.selectFrom("data_key").select(["person_id", "wrapped"]);
  const wrappedOf = async (id: string) =>
    (await keys.where("person_id", "=", id).execute()).map(({ wrapped }) => wrapped === null);
  expect([await wrappedOf(kept.userId), await wrappedOf(erased.userId)]).toEqual([[false], [true]]);
  const newList = await readErasureList(place("other.erasures"));
  expect([...newList.keys()].sort()).toEqual([erased.userId, erasedBefore.userId].sort());
  expect(readFileSync(place("other.pem"), "utf8")).toBe("a key");
  expect(await findLastBackup(opsDb)).toBe(backedUp.json.backedUpAt);

  const otherKey = { ...other.environment, CERTIFICATE_KEY_FILE: place("anothers.pem") };
  writeFileSync(place("anothers.pem"), "another key");
  const lost = await runTool(
    world,
    "restore",
    [file, "--without-erasures", "--data", place("data2")],
    otherKey,
  );
  expect([lost.code, lost.output]).toEqual([1, expect.stringContaining("another key")]);

  // A second time there is something already.
  const again = await runTool(
    world,
    "restore",
    [file, "--without-erasures", "--data", place("data2")],
    other.environment,
  );
  expect([again.code, again.output]).toEqual([1, expect.stringContaining("holds events already")]);
  expect(existsSync(place("data2"))).toBe(false);
  await other.opened.close();
  await other.close();
});

it("refuses a passphrase that is none, another secret, and to be written in clear in production", async () => {
  const file = place("encrypted");
  const secret = ["--passphrase-file", place("passphrase")];
  const production = {
    APP_ENV: "production",
    APP_URL: "https://example.org",
    APP_SECRET: randomBytes(32).toString("base64"),
    JWT_SECRET: randomBytes(32).toString("base64"),
  };
  const clear = await runTool(world, "backup", [file], production);
  expect([clear.code, clear.output]).toEqual([1, expect.stringContaining("--passphrase-file")]);
  writeFileSync(place("short"), "short\n");
  const short = await runTool(world, "backup", [file, "--passphrase-file", place("short")]);
  expect([short.code, short.output]).toEqual([1, expect.stringContaining("12 characters")]);
  expect((await runTool(world, "backup", [file, ...secret])).code).toBe(0);
  const other = await emptyServers("third");
  const args = [file, ...secret, "--without-erasures", "--data", place("data3")];
  const wrong = { ...other.environment, APP_SECRET: "another secret of the tests, long enough" };
  const refused = await runTool(world, "restore", args, wrong);
  expect([refused.code, refused.output]).toEqual([
    1,
    expect.stringContaining("APP_SECRET is not that of the backup"),
  ]);
  for (const wrongList of ["README.md", "."]) {
    const named = [file, ...secret, "--erasures", wrongList, "--data", place("data3")];
    const { code, output } = await runTool(world, "restore", named, other.environment);
    expect([code, output]).toEqual([1, expect.stringContaining("list of the erased")]);
  }
  expect(await other.opened.store.lastEvent()).toBeUndefined();
  await other.opened.close();
  await other.close();
});

it("refuses a key that can't be read, or is gone though it signed", async () => {
  const at = systemClock.now();
  const key = { kid: "k".repeat(43), use: "certificate" as const, x: "x".repeat(43), at };
  const context = contextOf({ actor: "maintainer:olga", at });
  await handle(world.ledger, keysDecider, { type: "PublishSigningKey", ...key }, context);
  for (const [keyFile, said] of [
    ["nowhere.pem", "is missing"],
    [".", "can't be read"],
  ] as const) {
    const to = place(`without ${said}`);
    const named = { CERTIFICATE_KEY_FILE: place(keyFile) };
    const { code, output } = await runTool(world, "backup", [to], named);
    expect([code, output]).toEqual([1, expect.stringContaining(said)]);
    expect(existsSync(to)).toBe(false);
  }
});

it("refuses a link before any work, and tables of newer software", () => {
  mkdirSync(place("empty"));
  symlinkSync(place("empty"), place("link"));
  expect(() => clearPlace(place("link"))).toThrow("can't be replaced");
  const about = {
    ...{ ledgerId: world.ledgerId, backedUpAt: at, position: "1", events: 1 },
    eventsSha256: "0".repeat(64),
  };
  expect(readAbout({ ...about, migrations: ["ops/0011_incidents"] })).toBeDefined();
  expect(() => readAbout({ ...about, migrations: ["vault/9999_later"] })).toThrow("update first");
});

it("starts nothing on what a restore left in part, until it is begun again on empty servers", async () => {
  const file = place("whole");
  expect((await runTool(world, "backup", [file])).code).toBe(0);
  const other = await emptyServers("part");
  // Its folder is where the key of the archive has to go: the restore fails after the events.
  mkdirSync(place("part.pem.unfinished"));
  const restore = () =>
    runTool(
      world,
      "restore",
      [file, "--without-erasures", "--data", place("data4")],
      other.environment,
    );
  expect((await restore()).code).not.toBe(0);
  expect(await other.opened.store.lastEvent()).toBeDefined();
  const started = await runTool(world, "initDb", [], other.environment);
  expect([started.code, started.output]).toEqual([1, expect.stringContaining("has not ended")]);
  const again = await restore();
  expect([again.code, again.output]).toEqual([1, expect.stringContaining("was cut off")]);
  await other.opened.close();
  await other.close();
});
