import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LedgerEventOf } from "../../domain/ledger.js";
import type { Secret } from "../../domain/message.js";
import { newId } from "../../platform/ids.js";
import {
  destroyMonthlyKeys,
  erasePerson,
  listUnrecorded,
  markDestructionRecorded,
} from "../../platform/vault/erasure.js";
import { findPerson, releaseHandles, takeHandles } from "../../platform/vault/handles.js";
import { locate, openLocated, readLocated } from "../../platform/vault/located.js";
import { openField, type Sealing } from "../../platform/vault/openField.js";
import { seal, sealedTextBytesMax, unseal } from "../../platform/vault/sealing.js";
import { createVault, PersonErasedError, UnknownKeyError } from "../../platform/vault/vault.js";
import { appSecret, openedAt as at, openWorld, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const place = { eventId: newId(), eventType: "UserRegistered", field: "email" };
const account = (personId: string, text = "ana@example.org"): Secret => ({
  personId,
  purpose: "account",
  text,
});
/** Another process: it has nothing in memory. */
const anotherVault = () => createVault(world.vaultDb, appSecret);

describe("a sealed value", () => {
  it("opens where it belongs, also in another process", async () => {
    const sealed = await world.ledger.vault.seal(account(newId(), "Ana 🎹"), place, at);
    expect(JSON.stringify(sealed)).not.toContain("Ana");
    expect(await anotherVault().open(sealed, place)).toEqual({ status: "open", text: "Ana 🎹" });
  });

  it.each([
    ["another event", { ...place, eventId: newId() }],
    ["another type", { ...place, eventType: "EmailVerified" }],
    ["another field", { ...place, field: "username" }],
  ])("does not open in %s", async (_where, elsewhere) => {
    const sealed = await world.ledger.vault.seal(account(newId()), place, at);
    await expect(world.ledger.vault.open(sealed, elsewhere)).rejects.toThrow();
  });

  it("hides the length of what is in it", () => {
    const key = Buffer.alloc(32, 7);
    const lengthOf = (text: string) => seal(key, newId(), place, text).ct.length;
    expect(lengthOf("a")).toBe(lengthOf("a".repeat(62)));
    expect(lengthOf("a".repeat(63))).toBe(lengthOf("a".repeat(254)));
    expect(lengthOf("a".repeat(4095))).toBe(lengthOf("a".repeat(16_380)));
  });

  it.each([0, 4094, 4095, 16_380, 16_381, sealedTextBytesMax])("may be of %i bytes", (bytes) => {
    const key = Buffer.alloc(32, 7);
    const text = "a".repeat(bytes);
    expect(unseal(key, place, seal(key, newId(), place, text)) === text).toBe(true);
  });

  it("fits into an event, or is refused", () => {
    const key = Buffer.alloc(32, 7);
    const largest = seal(key, newId(), place, "a".repeat(sealedTextBytesMax));
    expect(largest.ct.length).toBeLessThan(1024 ** 2 - 65_536);
    const more = "a".repeat(sealedTextBytesMax + 1);
    expect(() => seal(key, newId(), place, more)).toThrow(RangeError);
  });

  it("is refused when a bit of it was changed", () => {
    const key = Buffer.alloc(32, 7);
    const sealed = seal(key, newId(), place, "ana");
    const bytes = Buffer.from(sealed.ct, "base64url");
    bytes[3] = (bytes[3] ?? 0) ^ 1;
    const changed = { ...sealed, ct: bytes.toString("base64url") };
    expect(() => unseal(key, place, changed)).toThrow();
    expect(unseal(key, place, sealed)).toBe("ana");
  });
});

describe("a sealed field of a stored event", () => {
  /** A profile with a first name and no last name. */
  async function updated(userId: string): Promise<Sealing<LedgerEventOf<"ProfileUpdated">>> {
    const id = newId();
    const firstName = await world.ledger.vault.seal(
      account(userId, "Ana"),
      { eventId: id, eventType: "ProfileUpdated", field: "firstName" },
      at,
    );
    const salt = "5S8c0cKQmD0Y3mAk2yRkYh1YxG4o2cQ1mF3v8vPz7wE";
    const data = { public: {}, private: { userId, at }, sealed: { firstName }, salt };
    return { id, event: { type: "ProfileUpdated", data } };
  }

  it("opens by its name, from the event and from a row of a read model alike", async () => {
    const stored = await updated(newId());
    expect(await openField(anotherVault(), stored, "firstName")).toBe("Ana");
    const column = locate(stored, "firstName");
    expect(column).not.toContain("Ana");
    expect(await openLocated(anotherVault(), column)).toBe("Ana");
    expect(await readLocated(anotherVault(), column)).toBe("Ana");
  });

  it("is nothing when it was left out", async () => {
    const stored = await updated(newId());
    expect(await openField(anotherVault(), stored, "lastName")).toBeUndefined();
    expect(locate(stored, "lastName")).toBeNull();
    expect(await openLocated(anotherVault(), null)).toBeUndefined();
    expect(await readLocated(anotherVault(), null)).toBeNull();
  });

  it("is nothing once its owner was erased, and shown as such", async () => {
    const userId = newId();
    const stored = await updated(userId);
    await erasePerson(world, userId, at);
    expect(await openField(anotherVault(), stored, "firstName")).toBeUndefined();
    const column = locate(stored, "firstName");
    expect(await openLocated(anotherVault(), column)).toBeUndefined();
    expect(await readLocated(anotherVault(), column)).toBe("[erased]");
  });

  it("can only be one that the event's type seals", async () => {
    const stored = await updated(newId());
    // @ts-expect-error a profile seals no e-mail address
    expect(locate(stored, "email")).toBeNull();
  });
});

describe("keys", () => {
  it("are one per person and purpose, however many ask at once", async () => {
    const personId = newId();
    const sealed = await Promise.all(
      Array.from({ length: 20 }, () => anotherVault().seal(account(personId), place, at)),
    );
    expect(new Set(sealed.map(({ keyId }) => keyId)).size).toBe(1);
    const prompt = { personId, purpose: "prompts-202611" as const, text: "dub" };
    const other = await world.ledger.vault.seal(prompt, place, at);
    expect(other.keyId).not.toBe(sealed[0]?.keyId);
  });

  it("of a vault that was made anew are unknown, which is not the same as erased", async () => {
    const sealed = await world.ledger.vault.seal(account(newId()), place, at);
    const lost = { ...sealed, keyId: newId() };
    const alerts: string[] = [];
    const vault = createVault(world.vaultDb, appSecret, (text) => void alerts.push(text));
    await expect(vault.open(lost, place)).rejects.toBeInstanceOf(UnknownKeyError);
    expect(alerts).toEqual([expect.stringMatching(/^ALERT the vault lacks a key/)]);
    const located = JSON.stringify({ ...lost, ...place });
    await expect(openLocated(vault, located)).rejects.toBeInstanceOf(UnknownKeyError);
    expect(await readLocated(vault, located)).toBe("[can't be read]");
  });

  it("are of no use under another master key", async () => {
    const sealed = await world.ledger.vault.seal(account(newId()), place, at);
    const stranger = createVault(world.vaultDb, "another secret of at least 32 bytes!");
    await expect(stranger.open(sealed, place)).rejects.toThrow();
  });
});

describe("erasing a person", () => {
  it("makes what is sealed unreadable for good, and keeps what the law asks for", async () => {
    const personId = newId();
    const email = await world.ledger.vault.seal(account(personId), place, at);
    const name = await world.ledger.vault.seal(
      { personId, purpose: "donor", text: "Ana" },
      place,
      at,
    );
    const payee = { personId, purpose: "payee" as const, text: "DE02…" };
    const iban = await world.ledger.vault.seal(payee, place, at);
    await erasePerson(world, personId, at);
    expect(await anotherVault().open(email, place)).toEqual({ status: "erased" });
    expect(await anotherVault().open(name, place)).toEqual({ status: "erased" });
    expect(await anotherVault().open(iban, place)).toEqual({ status: "open", text: "DE02…" });
  });

  it("leaves a tombstone: no late event revives them", async () => {
    const personId = newId();
    await erasePerson(world, personId, at);
    await expect(anotherVault().seal(account(personId), place, at)).rejects.toBeInstanceOf(
      PersonErasedError,
    );
  });

  it("and sealing at the same moment end with no usable key", async () => {
    for (let round = 0; round < 20; round += 1) {
      const personId = newId();
      const sealing = anotherVault().seal(account(personId), place, at);
      const [sealed] = await Promise.allSettled([sealing, erasePerson(world, personId, at)]);
      if (sealed.status === "rejected") continue;
      expect(await anotherVault().open(sealed.value, place)).toEqual({ status: "erased" });
    }
  });

  it("is recorded in the ledger once", async () => {
    const personId = newId();
    const { keyId } = await world.ledger.vault.seal(account(personId), place, at);
    await erasePerson(world, personId, at);
    const unrecorded = await listUnrecorded(world.vaultDb, { limit: 1000 });
    expect(unrecorded).toContainEqual({
      keyId,
      purpose: "account",
      reason: "erased",
      destroyedAt: at,
    });
    await markDestructionRecorded(world.vaultDb, keyId);
    expect(
      (await listUnrecorded(world.vaultDb, { limit: 1000 })).map((key) => key.keyId),
    ).not.toContain(keyId);
  });
});

describe("old prompts", () => {
  it("lose their key by the month, and newer ones keep theirs", async () => {
    const personId = newId();
    const inMonth = (month: string) =>
      world.ledger.vault.seal(
        { personId, purpose: `prompts-${month}`, text: "dub" },
        { ...place, field: "prompt" },
        at,
      );
    const [old, recent] = [await inMonth("202607"), await inMonth("202608")];
    await destroyMonthlyKeys(world.vaultDb, { kind: "prompts", upTo: "202607", at, limit: 100 });
    const opened = { ...place, field: "prompt" };
    expect(await anotherVault().open(old, opened)).toEqual({ status: "erased" });
    expect(await anotherVault().open(recent, opened)).toMatchObject({ status: "open" });
  });
});

describe("handles", () => {
  const claim = (personId: string, username: string, email: string) => {
    const { vault } = world.ledger;
    const digests = {
      username: vault.digestOf("username", username),
      email: vault.digestOf("email", email),
    };
    return takeHandles(world.vaultDb, { personId, digests, at });
  };

  it("belong to one person: of twenty at once one gets them", async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, () => claim(newId(), "bea", "bea@example.org")),
    );
    expect(results.filter((isFree) => isFree)).toHaveLength(1);
  });

  it("are the same however they are written", async () => {
    await claim(newId(), "Carla", "Carla@Example.org");
    expect(await claim(newId(), "CARLA", "new@example.org")).toBe(false);
    const taken = world.ledger.vault.digestOf("email", "new@example.org");
    expect(await findPerson(world.vaultDb, "email", taken)).toBeUndefined();
  });

  it("leave an address with its first owner, and hold the user name all the same", async () => {
    const [first, second] = [newId(), newId()];
    await claim(first, "emma", "emma@example.org");
    expect(await claim(second, "finn", " Emma@example.ORG ")).toBe(true);
    const { vault } = world.ledger;
    const owner = (kind: "email" | "username", text: string) =>
      findPerson(world.vaultDb, kind, vault.digestOf(kind, text));
    expect(await owner("email", "emma@example.org")).toBe(first);
    expect(await owner("username", "finn")).toBe(second);
    expect(await claim(newId(), "finn", "finn@example.org")).toBe(false);
  });

  it("find their owner, and are free again once released", async () => {
    const personId = newId();
    await claim(personId, "gina", "gina@example.org");
    const digest = world.ledger.vault.digestOf("email", "gina@example.org");
    expect(await findPerson(world.vaultDb, "email", digest)).toBe(personId);
    await releaseHandles(world.vaultDb, personId);
    expect(await findPerson(world.vaultDb, "email", digest)).toBeUndefined();
    expect(await claim(newId(), "gina", "gina@example.org")).toBe(true);
  });
});
