import { balancesOf } from "../../domain/money/invariants.js";
import type { Posting } from "../../domain/money/postings.js";
import type { World } from "./world.js";

/** Every line of every entry, straight from the store. */
export async function allPostings({ store }: Pick<World, "store">): Promise<Posting[]> {
  const postings: Posting[] = [];
  for await (const { event } of store.client.readAll()) {
    const shown = Object(Object(event?.data).public);
    if (Array.isArray(shown.postings)) postings.push(...shown.postings);
  }
  return postings;
}

/** In EUR, with its cents. */
export async function balanceOf(world: Pick<World, "store">, account: string): Promise<string> {
  const balances = balancesOf(await allPostings(world));
  return balances.get(account)?.get("EUR")?.toFixed(2) ?? "0.00";
}
