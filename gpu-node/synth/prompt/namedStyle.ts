import type { Metre, StyleConcept } from "../../../domain/audio/concepts.js";
import { styles } from "../styles/catalogue.js";
import type { Style } from "../styles/style.js";
import type { Item } from "./lexicon.js";

export const styleNamed = (concept: StyleConcept | undefined): Style | undefined =>
  styles.find(({ name }) => name === concept);

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
