import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  decodeEvent,
  eventsByCategory,
  eventTypes,
  UnknownEventError,
} from "../../domain/ledger.js";
import { eventCatalogue } from "../../scripts/eventCatalogue.js";

const fixtures = "tests/fixtures/events";

describe("stored events", () => {
  const names = readdirSync(fixtures);

  it("have a stored example of every type", () => {
    const types = new Set(names.map((name) => name.split(".")[0]));
    expect(eventTypes.filter((type) => !types.has(type))).toEqual([]);
  });

  it.each(names)("%s can be read for ever, and nothing of it is lost", (name) => {
    const data: unknown = JSON.parse(readFileSync(`${fixtures}/${name}`, "utf8"));
    const type = name.split(".")[0] ?? "";
    expect(decodeEvent(type, data)).toEqual({ type, data });
  });

  it("of an unknown type are distinguished from broken ones", () => {
    expect(() => decodeEvent("SomethingNew", {})).toThrow(UnknownEventError);
    expect(() => decodeEvent("EmailVerified", { public: {} })).not.toThrow(UnknownEventError);
    expect(() => decodeEvent("EmailVerified", { public: {} })).toThrow();
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
    expect(Object.fromEntries(table)).toEqual(Object.fromEntries(registry));
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
