import { expect, it } from "vitest";
import { temporaryFolder } from "../eventstore/temporaryStore.js";
import { type Appender, BatchAppender, readLog, SingleAppender } from "./rawAppends.js";
import { RetryingWriter } from "./retryingWriter.js";
import { SeededRandom } from "./seededRandom.js";
import { startStoreProcess, storeProgram } from "./storeProcess.js";

storeProgram();

const kills = 50;
const acknowledgementsMax = 200;
const seed = Number(process.env["CHAOS_SEED"] ?? Date.now() % 1_000_000);

/** Waits for `count` acknowledgements, of whichever writers, or until all writers have ended. */
async function writeUntil(
  count: number,
  writers: readonly RetryingWriter[],
  connection: (writer: RetryingWriter) => Appender,
  kill: () => Promise<void>,
): Promise<void> {
  let left = count;
  let enough = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const written = Promise.all(
    writers.map((writer) =>
      writer.write(connection(writer), () => {
        left -= 1;
        if (left <= 0) enough();
      }),
    ),
  );
  if (count > 0) await Promise.race([reached, written]);
  await kill();
  await written;
}

/**
 * Eight writers, half by Append and half by BatchAppend with several appends under way, each to a
 * stream of its own and at the revision it expects. What was not acknowledged when the store was
 * killed is sent again after the restart: it must be accepted whether it had been stored or not,
 * so it was stored whole or not at all.
 */
it(`loses nothing it acknowledged when it is killed ${kills} times, seed ${seed}`, {
  timeout: 300_000,
}, async () => {
  const random = new SeededRandom(seed);
  const dataDir = temporaryFolder();
  const writers = Array.from({ length: 8 }, (_, number) => {
    const inFlight = number % 2 === 0 ? 1 : 6;
    return new RetryingWriter(`s-${number}`, inFlight, random);
  });

  for (let round = 0; round < kills; round += 1) {
    const { port, kill } = await startStoreProcess(dataDir);
    const single = new SingleAppender(port);
    const batch = new BatchAppender(port);
    const connection = ({ inFlight }: RetryingWriter): Appender =>
      inFlight === 1 ? single : batch;
    await writeUntil(random.below(acknowledgementsMax), writers, connection, kill);
    single.close();
    batch.close();
  }

  const store = await startStoreProcess(dataDir);
  const appender = new BatchAppender(store.port);
  for (const writer of writers) await writer.finish(appender);
  appender.close();

  const log = await readLog(store.port);
  const positions = log.map((event) => BigInt(event.getCommitPosition()));
  expect(positions.every((position, at) => at === 0 || position > (positions[at - 1] ?? 0n))).toBe(
    true,
  );
  for (const { stream, acknowledged } of writers) {
    const stored = log
      .map((event) => event.getEvent())
      .filter(
        (event) =>
          Buffer.from(event?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString() ===
          stream,
      );
    expect(stored.map((event) => Number(event?.getStreamRevision()))).toEqual(
      acknowledged.map((_, revision) => revision),
    );
    expect(stored.map((event) => event?.getId()?.getString())).toEqual(acknowledged);
  }
  expect(await store.stop()).toBe(0);
});
