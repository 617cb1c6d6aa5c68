/** Fills a data folder in a process of its own: `fillStore.ts FOLDER EVENTS`. */
import { openDataFolder } from "../../eventstore/storage/dataFolder.js";
import type { ProposedEvent } from "../../eventstore/storage/eventRecord.js";
import { openStore } from "../../eventstore/store.js";

const streamCount = 100;
const eventsPerAppend = 50;
const appendsAtOnce = 400;
const data = Buffer.from(JSON.stringify({ text: "x".repeat(100) }));

const event = (): ProposedEvent => ({
  id: crypto.randomUUID(),
  type: "Filled",
  isJson: true,
  data,
  metadata: new Uint8Array(),
});

const [folder = "", eventCount = "0"] = process.argv.slice(2);
const { database, close } = await openDataFolder(folder);
const { writer } = await openStore(database, Date.now);
let left = Number(eventCount);
while (left > 0) {
  const appends = Math.min(appendsAtOnce, Math.ceil(left / eventsPerAppend));
  await Promise.all(
    Array.from({ length: appends }, (_, number) =>
      writer.write((transaction) =>
        transaction.append(`filled-${number % streamCount}`, [
          event(),
          ...Array.from({ length: eventsPerAppend - 1 }, event),
        ]),
      ),
    ),
  );
  left -= appends * eventsPerAppend;
}
await writer.close();
await close();
