import { type EventStoreDBClient, START } from "@eventstore/db-client";

const eventsPerRead = 10_000;

/** Events of `$all` per second, decoded by the client: pieces from all over a log of this length. */
export async function measureReads(
  client: EventStoreDBClient,
  logLength: number,
  durationMs: number,
): Promise<number> {
  const start = performance.now();
  let count = 0;
  for (let piece = 0; performance.now() < start + durationMs; piece += 1) {
    const room = Math.max(1, logLength - eventsPerRead);
    const from = BigInt((piece * 7 * eventsPerRead) % room);
    const fromPosition = from === 0n ? START : { commit: from, prepare: from };
    for await (const _event of client.readAll({ fromPosition, maxCount: eventsPerRead })) {
      count += 1;
    }
  }
  return (count * 1_000) / (performance.now() - start);
}

export async function readStreamMs(client: EventStoreDBClient, stream: string): Promise<number> {
  const start = performance.now();
  for await (const _event of client.readStream(stream)) {
    // Only how long it takes.
  }
  return performance.now() - start;
}
