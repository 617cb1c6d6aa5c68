import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { donationStream, externalIdCharactersMax } from "../../domain/donation/events.js";
import { eventsByCategory } from "../../domain/ledger.js";
import { limitedNumbers } from "../../domain/numbers.js";
import { type LimitedText, limitedTexts } from "../../domain/texts.js";
import { newId } from "../../platform/ids.js";
import { sealedTextBytesMax } from "../../platform/vault/sealing.js";
import { projections } from "../../projections/registry.js";
import { write } from "../support/drafts.js";
import { openWorld, startProjector, type World } from "../support/world.js";

const definitions = Object.values(eventsByCategory).flat();
const definitionOf = (type: string) =>
  definitions.find((each) => each.type === type) ?? expect.fail(type);

interface Data {
  readonly public: Record<string, unknown>;
  readonly private: Record<string, unknown>;
  readonly sealed: Record<string, unknown>;
}

/** The example of a type as it is written today, ids of its own, each text as long and each number as large as it may be. */
function longest(type: string, letter: string, ids: ReadonlyMap<string, string>): Data {
  const { schemaVersion } = definitionOf(type);
  const text = readFileSync(`tests/fixtures/events/${type}.v${schemaVersion}.json`, "utf8");
  const own = text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
    return ids.get(id) ?? id;
  });
  const data = JSON.parse(own);
  const sealed = Object.keys(data.sealed).map((field) => [field, ""]);
  const event = { data: { ...data, sealed: Object.fromEntries(sealed) } };
  for (const { path, charactersMax } of textsOf(type, event)) {
    // What is sealed has a limit in bytes too, which only the body of a webhook comes near.
    const count = Math.min(charactersMax, Math.floor(sealedTextBytesMax / 4));
    replace(event, path, letter.repeat(count));
  }
  for (const { path, max } of limitedNumbers(definitionOf(type).schema, event)) {
    replace(event, path, max);
  }
  return event.data;
}

const textsOf = (type: string, event: object): LimitedText[] => [
  ...limitedTexts(definitionOf(type).schema, event),
];

function replace(within: object, path: LimitedText["path"], value: string | number): void {
  const [name = "", ...rest] = path;
  const holder = within as Record<string | number, unknown>;
  if (rest.length === 0) holder[name] = value;
  else replace(holder[name] as object, rest, value);
}

/** All events of one gift lie in one stream, whose name has the longest id in it. */
const streamOf = (type: string, letter: string): string =>
  eventsByCategory.donation.some((each) => each.type === type)
    ? donationStream("stripe", letter.repeat(externalIdCharactersMax))
    : `longest-${type}-${letter}`;

async function writeLongest(world: World, letter: string): Promise<void> {
  const ids = new Map([...idsInFixtures()].map((id) => [id, newId()] as const));
  const ordered = definitions.map(({ type }) => type).filter((type) => type !== "LedgerOpened");
  for (const type of ordered) {
    const data = longest(type, letter, ids);
    const personId = newId();
    const sealed = Object.entries(data.sealed).map(([field, text]) => [
      field,
      { personId, purpose: "account", text },
    ]);
    const draft = { type, ...data, sealed: Object.fromEntries(sealed) };
    await write(world, streamOf(type, letter), draft as never);
  }
}

function idsInFixtures(): Set<string> {
  const texts = definitions.map(({ type }) =>
    readFileSync(`tests/fixtures/events/${type}.v1.json`, "utf8"),
  );
  const form = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
  return new Set(texts.flatMap((text) => text.match(form) ?? []));
}

describe("the longest text, and the largest number, that a command lets through", () => {
  it.each(["x", "é", "€", "😀"])("fits every column it lands in, made of %s", async (letter) => {
    const world = await openWorld();
    await writeLongest(world, letter);
    const projector = startProjector(world);
    await projector.caughtUp();
    await projector.stop();
    expect(await world.readDb.selectFrom("read_parked").selectAll().execute()).toEqual([]);
    const rows = await world.readDb.selectFrom("read_checkpoint").selectAll().execute();
    const last = String(await world.store.lastPosition());
    expect(rows.filter(({ position }) => position !== last)).toEqual([]);
    expect(rows).toHaveLength(projections.length);
    await world.close();
  });
});
