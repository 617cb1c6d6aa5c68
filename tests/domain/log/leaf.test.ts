import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findDefinition } from "../../../domain/ledger.js";
import { leafOf } from "../../../domain/log/leaf.js";
import { loggedTypes } from "../../../domain/log/loggedTypes.js";
import { openField, restHashBy, restHashOf, type StoredForm } from "../../../domain/log/rest.js";
import { storedExample } from "../../support/storedExamples.js";

const vectors = "tests/fixtures/leaves";
const gift = storedExample("DonationReceived", 1);
const salted = (stored: StoredForm, salt: string): StoredForm => ({
  ...stored,
  data: { ...Object(stored.data), salt },
});
const restHashIn = (leaf: Buffer): unknown => JSON.parse(leaf.toString()).restHash;

describe("the leaf of an event", () => {
  const names = readdirSync(vectors);

  it("has an example of every type that is logged, in every version that it ever had", () => {
    const examples = loggedTypes.flatMap((type) => {
      const versions = findDefinition(type)?.schemaVersion ?? 0;
      return Array.from({ length: versions }, (_, index) => `${type}.v${index + 1}.leaf`);
    });
    expect([...names].sort()).toEqual(examples.sort());
  });

  it.each(names)("%s is the same bytes for ever", (name) => {
    const [, type = "", version] = /^(\w+)\.v(\d+)\.leaf$/.exec(name) ?? [];
    const leaf = leafOf(storedExample(type, Number(version)));
    expect(leaf.toString()).toBe(readFileSync(`${vectors}/${name}`, "utf8").trimEnd());
  });

  it("shows what is public and nothing else", () => {
    const { salt, sealed, private: hidden, public: shown } = Object(gift.data);
    const text = leafOf(gift).toString();
    expect(JSON.parse(text)).toEqual({
      type: "DonationReceived",
      schemaVersion: 1,
      public: shown,
      restHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const secrets = [salt, gift.stream, hidden.externalId, hidden.moneyKey, hidden.at];
    for (const secret of [...secrets, ...Object.keys(sealed)]) expect(text).not.toContain(secret);
  });

  it("does not depend on the order in which members are stored", () => {
    const turned = (value: unknown): unknown =>
      typeof value !== "object" || value === null || Array.isArray(value)
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([name, each]) => [name, turned(each)]),
          );
    const other = { ...gift, data: turned(gift.data), metadata: turned(gift.metadata) };
    expect(leafOf(other)).toEqual(leafOf(gift));
  });

  it.each([
    ["another stream", { ...gift, stream: "donation-stripe-another" }],
    ["other metadata", { ...gift, metadata: { ...Object(gift.metadata), actor: "user:1" } }],
    ["another salt", salted(gift, "A".repeat(43))],
    ["a field that this software does not know", { ...gift, data: { ...Object(gift.data), x: 1 } }],
  ])("tells of %s by another hash of the rest", (_, other) => {
    expect(restHashOf(other)).not.toBe(restHashOf(gift));
  });

  it.each([null, "text", 7, []])("is made of whatever is stored, also of %j", (data) => {
    const leaf = JSON.parse(leafOf({ type: "X", stream: "x", data, metadata: null }).toString());
    expect(leaf).toMatchObject({ type: "X", schemaVersion: null, public: null });
  });
});

describe("two equal gifts of one hour", () => {
  const other = salted(gift, "B".repeat(43));

  it("have different leaves", () => {
    expect(leafOf(other)).not.toEqual(leafOf(gift));
  });

  it("can't be handed to each other's donor", () => {
    const own = openField(gift, "private.externalId") ?? expect.fail("no such field");
    expect(restHashBy(own)).toBe(restHashIn(leafOf(gift)));
    expect(restHashBy(own)).not.toBe(restHashIn(leafOf(other)));
  });
});

describe("an opened field", () => {
  const names = ["stream", "metadata", "private.moneyKey", "sealed.name"];

  it.each(names)("%s leads to the hash of the rest, and no other value does", (name) => {
    const opened = openField(gift, name) ?? expect.fail(name);
    expect(restHashBy(opened)).toBe(restHashOf(gift));
    expect(restHashBy({ ...opened, value: "another" })).not.toBe(restHashOf(gift));
    expect(restHashBy({ ...opened, name: "private.at" })).not.toBe(restHashOf(gift));
  });

  it("opens nothing else: its salt fits no other field", () => {
    const salts = names.map((name) => openField(gift, name)?.salt);
    expect(new Set(salts).size).toBe(names.length);
    expect(salts).not.toContain(Object(gift.data).salt);
  });

  it("is none that the event does not have", () => {
    expect(openField(gift, "private.other")).toBeUndefined();
    expect(openField(gift, "public.gross")).toBeUndefined();
    expect(openField(gift, "salt")).toBeUndefined();
  });
});
