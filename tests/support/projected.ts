import type { TestServer } from "./server.js";

const lookMs = 20;

/** Until every read model of the server holds all events. */
export async function projected({ store, readDb }: Pick<TestServer, "store" | "readDb">) {
  const target = (await store.lastPosition()) ?? 0n;
  for (;;) {
    const rows = await readDb.selectFrom("read_checkpoint").select("position").execute();
    if (rows.every(({ position }) => BigInt(position ?? 0) >= target)) return;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
