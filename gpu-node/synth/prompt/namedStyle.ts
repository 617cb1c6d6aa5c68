import type { Metre, StyleConcept } from "../../../domain/audio/concepts.js";
import { styles } from "../styles/catalogue.js";
import type { Style } from "../styles/style.js";
import type { Item } from "./lexicon.js";

/** What is nearest to a style that is not written out. */
const nearest: Readonly<Partial<Record<StyleConcept, StyleConcept>>> = {
  jazz: "lo-fi",
  "bossa nova": "lo-fi",
  reggaeton: "dub",
  dancehall: "dub",
  waltz: "cinematic",
  tango: "cinematic",
  country: "rock",
  blues: "rock",
  punk: "rock",
  folk: "pop",
  hyperpop: "pop",
  salsa: "funk",
  soul: "funk",
  swing: "funk",
  gospel: "funk",
  afrobeat: "house",
  amapiano: "house",
};

export function styleNamed(concept: StyleConcept | undefined): Style | undefined {
  if (concept === undefined) return undefined;
  const styleOf = (name: StyleConcept | undefined) => styles.find((style) => style.name === name);
  return styleOf(concept) ?? styleOf(nearest[concept]);
}

/** In "jazz waltz" a waltz is a metre; alone it is a style too. */
export const metreOfStyle: Readonly<Partial<Record<StyleConcept, Metre>>> = { waltz: "3/4" };

/** In "dub techno" the last word is the style, in "techno with ambient pads" the first. */
export function styleIn(items: readonly Item[]): StyleConcept | undefined {
  const first = items.findIndex(({ kind }) => kind === "style");
  const run: StyleConcept[] = [];
  for (const item of first < 0 ? [] : items.slice(first)) {
    if (item.kind !== "style") break;
    run.push(item.style);
  }
  return run.findLast((style) => metreOfStyle[style] === undefined) ?? run.at(-1);
}

export function metreIn(items: readonly Item[]): Metre | undefined {
  const named = items.flatMap((item) => (item.kind === "metre" ? [item.metre] : []));
  const implied = items.flatMap((item) =>
    item.kind === "style" ? [metreOfStyle[item.style]] : [],
  );
  return [...named, ...implied].find((metre) => metre !== undefined);
}
