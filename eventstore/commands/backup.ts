import { statSync } from "node:fs";
import { databaseFile } from "../storage/dataFolder.js";
import { readOptions, required } from "./arguments.js";
import { type Command, counted, exitCodes, printJson, printLines } from "./command.js";
import { copyWithBar } from "./copyWithBar.js";

const usage = `Copies a store as it is at one moment, also while it is being written to.

  npm run eventstore -- backup --data DIR --to FOLDER [--json]

  --data DIR    folder of the store
  --to FOLDER   an empty or missing folder; it becomes a store of its own
  --json        prints one object instead

All events that were acknowledged before are in it. When this says done, the backup was read
through, found intact, and is on the disk. Get it back with restore.
`;

async function backup(args: readonly string[]): Promise<number> {
  const values = readOptions(args, { data: { type: "string" }, to: { type: "string" } });
  const from = required(values.data, "--data DIR");
  const to = required(values.to, "--to FOLDER");
  const { events, streams, lastPosition } = await copyWithBar(from, to);
  const { size: bytes } = statSync(databaseFile(to));
  if (values.json) printJson({ folder: to, events, streams, lastPosition, bytes });
  else
    printLines([`Backup in ${to}: ${counted(events, "event")}, up to position ${lastPosition}.`]);
  return exitCodes.done;
}

export const backupCommand: Command = {
  summary: "copies a store to a folder, also while it is written to",
  usage,
  run: backup,
};
