import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  decodeEvent,
  eventsByCategory,
  eventTypes,
  findDefinition,
  TooNewEventError,
  UnknownEventError,
} from "../../domain/ledger.js";
import { intMax, refuseOutOfRange } from "../../domain/numbers.js";
import { refuseOverlong } from "../../domain/texts.js";
import { projections, unprojected } from "../../projections/registry.js";
import { eventCatalogue } from "../../scripts/eventCatalogue.js";

const fixtures = "tests/fixtures/events";
const overlong = "tests/fixtures/overlong";

type Schema = Readonly<Record<string, unknown>>;

const propertiesOf = (schema: z.ZodType, field: string): Schema =>
  Object(z.toJSONSchema(schema).properties)[field];

const bounds = ["charactersMax", "maxLength", "const", "enum"];
/** One that allows repeating without end bounds nothing. */
const isBounded = (schema: Schema): boolean =>
  bounds.some((bound) => bound in schema) ||
  (typeof schema["pattern"] === "string" && !/[*+](?!\))|,\}/.test(schema["pattern"]));

/** Paths of the texts in this JSON Schema that may be of any length. */
function unlimitedIn(schema: unknown, path: string): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  if ("type" in schema && schema.type === "string") {
    return isBounded({ ...schema }) ? [] : [path];
  }
  return Object.entries(schema)
    .filter(([name]) => name !== "propertyNames")
    .flatMap(([name, each]) => unlimitedIn(each, `${path}/${name}`));
}

/** Paths of the numbers in this JSON Schema that may be of any size. */
function unlimitedNumbersIn(schema: unknown, path: string): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { type, maximum, ...rest } = { type: "", maximum: Number.POSITIVE_INFINITY, ...schema };
  if (type === "number" || type === "integer") {
    const isChosen = "enum" in rest || "const" in rest;
    return isChosen || "numberMax" in rest || maximum < Number.MAX_SAFE_INTEGER ? [] : [path];
  }
  return Object.entries(schema).flatMap(([name, each]) =>
    unlimitedNumbersIn(each, `${path}/${name}`),
  );
}

describe("stored events", () => {
  const names = readdirSync(fixtures);

  it("have a stored example of every type, in every version that it ever had", () => {
    const examples = eventTypes.flatMap((type) => {
      const versions = findDefinition(type)?.schemaVersion ?? 0;
      return Array.from({ length: versions }, (_, index) => `${type}.v${index + 1}.json`);
    });
    expect([...names].sort()).toEqual(examples.sort());
  });

  it.each(names)("%s can be read for ever, and nothing of it is lost", (name) => {
    const data: unknown = JSON.parse(readFileSync(`${fixtures}/${name}`, "utf8"));
    const [, type = "", version] = /^(\w+)\.v(\d+)\.json$/.exec(name) ?? [];
    const event = decodeEvent(type, data, Number(version));
    // An older version is read as the newest: only that stands there as it was written.
    if (Number(version) === findDefinition(type)?.schemaVersion) {
      expect(event).toEqual({ type, data });
    }
  });

  it.each(readdirSync(overlong))("%s can be read, though nobody could write it today", (name) => {
    const data: unknown = JSON.parse(readFileSync(`${overlong}/${name}`, "utf8"));
    const type = name.split(".")[0] ?? "";
    const event = decodeEvent(type, data, 1);
    expect(event).toEqual({ type, data });
    const schema = findDefinition(type)?.schema ?? expect.fail(type);
    expect(() => refuseOverlong(schema, event)).toThrow(/^\w+ is too long: .* at most \d+ char/);
  });

  it("have a limit for each of their texts", () => {
    const unlimited = Object.values(eventsByCategory)
      .flat()
      .flatMap(({ type, schema }) => {
        const { public: shown, private: hidden, sealed } = schema.shape.data.shape;
        const parts = { shown, hidden };
        const fields = Object.keys(sealed.shape).filter(
          (field) => !("charactersMax" in propertiesOf(sealed, field)),
        );
        const open = Object.values(parts).flatMap((part) => unlimitedIn(z.toJSONSchema(part), ""));
        return [...open, ...fields].map((field) => `${type} ${field}`);
      });
    expect(unlimited).toEqual([]);
  });

  it("have a limit for each of their numbers", () => {
    const unlimited = Object.values(eventsByCategory)
      .flat()
      .flatMap(({ type, schema }) =>
        unlimitedNumbersIn(z.toJSONSchema(schema), "").map((path) => `${type} ${path}`),
      );
    expect(unlimited).toEqual([]);
  });

  it("are not made with a number beyond its limit, and can be read with one", () => {
    const fixture = readFileSync(`${fixtures}/GenerationRequested.v1.json`, "utf8");
    const schema = findDefinition("GenerationRequested")?.schema ?? expect.fail();
    const madeWith = (audioMs: number) => {
      const data = JSON.parse(fixture);
      data.private.audioMs = audioMs;
      const event = decodeEvent("GenerationRequested", data, 1);
      expect(event.data).toEqual(data);
      return () => refuseOutOfRange(schema, event);
    };
    expect(madeWith(intMax)).not.toThrow();
    for (const beyond of [intMax + 1, -1]) {
      expect(madeWith(beyond)).toThrow(/^audioMs is out of range: it may be from 0 to 2147483647/);
    }
  });

  it("of an unknown type are distinguished from broken ones", () => {
    expect(() => decodeEvent("SomethingNew", {}, 1)).toThrow(UnknownEventError);
    expect(() => decodeEvent("EmailVerified", { public: {} }, 1)).not.toThrow(UnknownEventError);
    expect(() => decodeEvent("EmailVerified", { public: {} }, 1)).toThrow();
  });

  it("of a newer version are distinguished from broken ones, whatever they hold", () => {
    const fine = JSON.parse(readFileSync(`${fixtures}/EmailVerified.v1.json`, "utf8"));
    for (const data of [fine, {}]) {
      expect(() => decodeEvent("EmailVerified", data, 2)).toThrow(TooNewEventError);
    }
  });

  it("are each shown by a read model, or there is a reason why not", () => {
    const handled = new Set<string>(projections.flatMap(({ handles }) => handles));
    const forgotten = eventTypes.filter((type) => !handled.has(type) && !(type in unprojected));
    expect(forgotten).toEqual([]);
    expect(Object.keys(unprojected).filter((type) => handled.has(type))).toEqual([]);
  });

  it("are described in docs/events as they are: run `npm run docs:events`", () => {
    const files = eventCatalogue();
    expect(readdirSync("docs/events").sort()).toEqual([...files.keys()].sort());
    for (const [name, text] of files)
      expect(readFileSync(`docs/events/${name}`, "utf8")).toBe(text);
  });

  it("stand in the stream table of ARCHITECTURE.md as they are, in the same order", () => {
    const row = /^\| `(\w+)-[^`]*` +\| `domain\/(\w+)` +\| ([^|]+?) +\|$/gm;
    const table = [...readFileSync("ARCHITECTURE.md", "utf8").matchAll(row)].map(
      ([, category, folder, types = ""]) => [`${category} in ${folder}`, types.match(/[A-Z]\w+/g)],
    );
    const registry = Object.entries(eventsByCategory).map(([category, definitions]) => [
      `${category} in ${category}`,
      definitions.map(({ type }) => type),
    ]);
    expect(table).toEqual(registry);
  });

  it("show the public no person, no exact time and nothing that joins", () => {
    const banned = /^(userId|at|email|username|name|prompt|generationId|leaseId|.*Hash)$/;
    const shown = names.flatMap((name) => {
      const data = JSON.parse(readFileSync(`${fixtures}/${name}`, "utf8"));
      return Object.keys(data.public).filter((field) => banned.test(field));
    });
    expect(shown).toEqual([]);
  });
});
