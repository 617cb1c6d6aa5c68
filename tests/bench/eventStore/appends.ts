import { ANY, type EventStoreDBClient, jsonEvent, NO_STREAM } from "@eventstore/db-client";

const eventsPerStream = 10n;

export interface Appends {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
}

/** Short streams with expected revisions, as the ledger writes them, by so many writers at once. */
export async function measureAppends(
  client: EventStoreDBClient,
  writers: number,
  durationMs: number,
): Promise<Appends> {
  const start = performance.now();
  const latenciesMs: number[] = [];
  const writer = () => appendUntil(client, start + durationMs, latenciesMs);
  await Promise.all(Array.from({ length: writers }, writer));
  return {
    perSecond: (latenciesMs.length * 1_000) / (performance.now() - start),
    latenciesMs,
  };
}

async function appendUntil(
  client: EventStoreDBClient,
  endMs: number,
  latenciesMs: number[],
): Promise<void> {
  while (performance.now() < endMs) {
    const stream = `bench-${crypto.randomUUID()}`;
    for (let revision = 0n; revision < eventsPerStream; revision += 1n) {
      const expectedRevision = revision === 0n ? NO_STREAM : revision - 1n;
      const start = performance.now();
      await client.appendToStream(stream, sampleEvent(), { expectedRevision });
      latenciesMs.push(performance.now() - start);
    }
  }
}

/** About 500 bytes, as most events of the ledger are. */
export function sampleEvent(extra: Readonly<Record<string, number>> = {}) {
  return jsonEvent({
    type: "GenerationRequested",
    data: { public: { hour: "2026-01-31T10", ...extra }, private: { text: "x".repeat(350) } },
    metadata: { $correlationId: "7b1bd1b0-5b1e-4f5e-9c0a-0a2b3c4d5e6f", actor: "user:1" },
  });
}

export async function appendStream(
  client: EventStoreDBClient,
  stream: string,
  events: number,
): Promise<void> {
  const atOnce = 500;
  for (let count = 0; count < events; count += atOnce) {
    const batch = Array.from({ length: atOnce }, () => sampleEvent());
    await client.appendToStream(stream, batch, { expectedRevision: ANY });
  }
}
