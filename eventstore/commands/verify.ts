import { type CheckResult, checkFolder, placeOf } from "../checking/checkFolder.js";
import { namingFolder } from "../storage/dataFolder.js";
import { readOptions, required } from "./arguments.js";
import { type Command, counted, exitCodes, printJson, printLines } from "./command.js";
import { startProgressBar } from "./progressBar.js";

const usage = `Reads every event of a store and compares every index with what the log says.

  npm run eventstore -- verify --data DIR [--json]

  --data DIR   folder of a store, or of a backup; it may be in use
  --json       prints one JSON object instead

Exits with 0 if all is intact, 2 if something is damaged, 1 if it could not look.
`;

async function verify(args: readonly string[]): Promise<number> {
  const values = readOptions(args, { data: { type: "string" } });
  const folder = required(values.data, "--data DIR");
  const result = await checkWithBar(folder);
  if (values.json) printJson(toJson(result));
  else printLines(describe(folder, result));
  return result.kind === "intact" ? exitCodes.done : exitCodes.damaged;
}

function checkWithBar(folder: string): Promise<CheckResult> {
  return namingFolder(folder, async () => {
    const bar = startProgressBar("verifying");
    try {
      return await checkFolder(folder, (done, total) => bar.update(Number(done), Number(total)));
    } finally {
      bar.stop();
    }
  });
}

function toJson(result: CheckResult): object {
  const { kind, ...rest } = result;
  return { intact: kind === "intact", ...rest };
}

function describe(folder: string, result: CheckResult): readonly string[] {
  if (result.kind === "intact") {
    const { events, streams, lastPosition } = result;
    const size = `${counted(events, "event")} in ${counted(streams, "stream")}`;
    return [`${folder} is intact: ${size}, up to position ${lastPosition}.`];
  }
  return [
    `${folder} is damaged ${placeOf(result)}: ${result.what}`,
    `Stop the event store, keep this folder, and restore the newest backup that is intact:`,
    `  npm run eventstore -- restore --from FOLDER --data NEW_DIR`,
  ];
}

export const verifyCommand: Command = {
  summary: "reads all of a store and shows whether it is intact; it may be in use",
  usage,
  run: verify,
};
