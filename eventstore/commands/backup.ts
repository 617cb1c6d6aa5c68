import { statSync } from "node:fs";
import { databaseFile } from "../storage/dataFolder.js";
import { readOptions, required } from "./arguments.js";
import { type Command, counted, exitCodes, printJson, printLines } from "./command.js";
import { copyWithBar } from "./copyWithBar.js";

const usage = `Copies a store as it is at one moment, even while it is being written to.

  npm run eventstore -- backup --data DIR --to FOLDER [--json]

  --data DIR    folder of the store
  --to FOLDER   an empty or missing folder; it becomes a store in its own right
  --json        prints one JSON object instead

The backup holds every event that was acknowledged before it began. Once this command succeeds, the
backup has been read back, found intact, and is safely on disk. Use restore to make a store of it.
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
  summary: "copies a store to a folder, even while it is being written to",
  usage,
  run: backup,
};
