import type { SeededRandom } from "../chaos/seededRandom.js";
import { pickFrom } from "./pickFrom.js";

type Path = readonly string[];
export interface Mutated {
  readonly body: Buffer;
  /** Dotted names of what was changed; empty when nothing was, undefined when the bytes are no JSON. */
  readonly changed: readonly string[] | undefined;
}

/** Values that a provider never sends, and some that it might one day. */
const odd: readonly unknown[] = [
  null,
  true,
  false,
  "",
  " ",
  "constructor",
  "__proto__",
  "\u0000",
  "\ud800",
  "x".repeat(5_000),
  "500",
  "5e2",
  "NaN",
  "0.001",
  "-3.50",
  "999999999999999999",
  0,
  -1,
  -5_000,
  0.5,
  1e21,
  9e15,
  2 ** 53 + 2,
  Number.MAX_SAFE_INTEGER,
  [],
  {},
  [[]],
  ["a"],
  { id: "x" },
  "usdc",
  "XXX",
  "JPY",
  "ugx",
];

/** One body in ten stays as it is; one in ten is no JSON; the others have one to three fields changed. */
export function mutateJson(source: object, random: SeededRandom): Mutated {
  const draw = random.below(10);
  if (draw === 0) return { body: Buffer.from(JSON.stringify(source)), changed: [] };
  if (draw === 1) return { body: broken(JSON.stringify(source), random), changed: undefined };
  const copy: unknown = structuredClone(source);
  const paths = pathsOf(copy).filter((path) => path.join(".") !== "id");
  const changed: string[] = [];
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    const path = pickFrom(random, paths);
    if (change(copy, path, random)) changed.push(path.join("."));
  }
  return { body: Buffer.from(JSON.stringify(copy)), changed };
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [
    [...path, name],
    ...pathsOf(each, [...path, name]),
  ]);
}

/** False when an earlier change left nothing there. */
function change(root: unknown, path: Path, random: SeededRandom): boolean {
  const parent = path.slice(0, -1).reduce<unknown>((value, name) => Object(value)[name], root);
  const name = path.at(-1) ?? "";
  if (typeof parent !== "object" || parent === null || !Object.hasOwn(parent, name)) return false;
  if (random.below(4) === 0) Reflect.deleteProperty(parent, name);
  else Reflect.set(parent, name, pickFrom(random, odd));
  return true;
}

function broken(text: string, random: SeededRandom): Buffer {
  const bytes = Buffer.from(text);
  const cut = 1 + random.below(bytes.length - 1);
  return random.below(2) === 0
    ? bytes.subarray(0, cut)
    : Buffer.concat([bytes.subarray(0, cut), Buffer.from([0xff, 0x00, 0x22]), bytes.subarray(cut)]);
}
