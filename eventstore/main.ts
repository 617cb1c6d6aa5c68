import { PortError } from "./access/listen.js";
import { UnknownUsersError } from "./access/wayInto.js";
import { UsageError } from "./commands/arguments.js";
import { backupCommand } from "./commands/backup.js";
import { type Command, exitCodes } from "./commands/command.js";
import { restoreCommand } from "./commands/restore.js";
import { serveCommand } from "./commands/serve.js";
import { statsCommand } from "./commands/stats.js";
import { verifyCommand } from "./commands/verify.js";
import { DataFolderError } from "./storage/dataFolder.js";
import { DiskRefusalError } from "./storage/diskRefusal.js";

const commands: Readonly<Record<string, Command>> = {
  serve: serveCommand,
  backup: backupCommand,
  restore: restoreCommand,
  verify: verifyCommand,
  stats: statsCommand,
};

function overview(): string {
  const list = Object.entries(commands).map(
    ([name, { summary }]) => `  ${name.padEnd(10)}${summary}`,
  );
  return `${serveCommand.usage}
Commands, each with --help:

${list.join("\n")}
`;
}

const findCommand = (name: string): Command | undefined =>
  Object.hasOwn(commands, name) ? commands[name] : undefined;

async function main(args: readonly string[]): Promise<number | undefined> {
  const [name = "", ...others] = args;
  if (name === "--help") {
    process.stdout.write(overview());
    return exitCodes.done;
  }
  const isCommand = name !== "" && !name.startsWith("-");
  const command = isCommand ? findCommand(name) : serveCommand;
  if (command === undefined) {
    const known = Object.keys(commands).join(", ");
    throw new UsageError(`Unknown command ${name}. The commands are ${known}. See --help.`);
  }
  const own = isCommand ? others : args;
  if (!own.includes("--help")) return command.run(own);
  process.stdout.write(command.usage);
  return exitCodes.done;
}

/** The error of a person who can mend it is one line; any other is a bug and shows where. */
function explain(error: unknown): string {
  const isExpected =
    error instanceof UsageError ||
    error instanceof DataFolderError ||
    error instanceof DiskRefusalError ||
    error instanceof PortError ||
    error instanceof UnknownUsersError;
  if (!(error instanceof Error)) return String(error);
  return isExpected ? error.message : (error.stack ?? error.message);
}

main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`eventstore: ${explain(error)}\n`);
    process.exitCode = exitCodes.refused;
  },
);
