import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { eventsByCategory } from "../../domain/ledger.js";

const aggregates = Object.keys(eventsByCategory);
const always = ["events.ts", "commands.ts", "decider.ts"];

const namesIn = (folder: string): string[] => readdirSync(folder);
const textOf = (path: string): string => readFileSync(path, "utf8");

describe("a folder of the domain", () => {
  it.each(aggregates)("%s holds events, commands and decider under the names of all", (name) => {
    const folder = `domain/${name}`;
    const Name = name.charAt(0).toUpperCase() + name.slice(1);
    expect(namesIn(folder)).toEqual(expect.arrayContaining(always));
    const events = textOf(`${folder}/events.ts`);
    expect(events).toContain(`export const ${name}Stream`);
    expect(events).toContain(`export const ${name}Events = [`);
    expect(textOf(`${folder}/commands.ts`)).toContain(`export type ${Name}Command =`);
    expect(textOf(`${folder}/decider.ts`)).toContain(`export const ${name}Decider: Aggregate<`);
  });

  it.each(aggregates)("%s has state and evolve in one place", (name) => {
    const files = namesIn(`domain/${name}`);
    const isHome = (file: string) =>
      /^(export )?(function|const) evolve\b/m.test(textOf(`domain/${name}/${file}`));
    expect(files.filter(isHome)).toEqual([files.includes("state.ts") ? "state.ts" : "decider.ts"]);
  });

  it("is an aggregate's, named in domain/ledger.ts, or holds no events and no decider", () => {
    const others = namesIn("domain").filter(
      (name) => !name.includes(".") && !aggregates.includes(name),
    );
    const faults = others
      .filter((name) => namesIn(`domain/${name}`).some((file) => always.includes(file)))
      .map((name) => `domain/${name}: name it in eventsByCategory of domain/ledger.ts`);
    expect(faults).toEqual([]);
  });

  it.each(aggregates)("%s has a specification of its decider in a file of its own", (name) => {
    const specification = textOf(`tests/domain/${name}.test.ts`);
    expect(specification).toContain(`deciderSpec(${name}Decider)`);
  });

  it("and every file beside it is named in domain/README.md", () => {
    const page = textOf("domain/README.md");
    const shown = (name: string) => (name.includes(".") ? `\`${name}\`` : `\`${name}/\``);
    const missing = namesIn("domain").filter((name) => !page.includes(shown(name)));
    expect(missing).toEqual(["README.md"]);
  });
});
