import { readOptions, required } from "./arguments.js";
import { type Command, counted, exitCodes, printJson, printLines } from "./command.js";
import { copyWithBar } from "./copyWithBar.js";

const usage = `Makes a store from a backup.

  npm run eventstore -- restore --from FOLDER --data DIR [--json]

  --from FOLDER   what backup made
  --data DIR      an empty or missing folder for the store
  --json          prints one JSON object instead

Once this command succeeds, the store has been read back, found intact, and is safely on disk. What
was appended after the backup is not in it: read models and process managers that saw more refuse
to go on; see npm run replay.
`;

async function restore(args: readonly string[]): Promise<number> {
  const values = readOptions(args, { from: { type: "string" }, data: { type: "string" } });
  const from = required(values.from, "--from FOLDER");
  const to = required(values.data, "--data DIR");
  const { events, streams, lastPosition } = await copyWithBar(from, to);
  if (values.json) printJson({ folder: to, events, streams, lastPosition });
  else printLines([`Store in ${to}: ${counted(events, "event")}, up to position ${lastPosition}.`]);
  return exitCodes.done;
}

export const restoreCommand: Command = {
  summary: "makes a store from a backup",
  usage,
  run: restore,
};
