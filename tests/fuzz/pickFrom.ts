import type { SeededRandom } from "../chaos/seededRandom.js";

export function pickFrom<Item>(random: SeededRandom, items: readonly Item[]): Item {
  const index = random.below(items.length);
  if (index >= items.length) throw new Error("There is nothing to pick from.");
  return items[index] as Item;
}
