import { parseArgs } from "node:util";
import { logVerbosity, setLogVerbosity } from "@grpc/grpc-js";
import { PortError, startEventStore } from "./server.js";
import { DiskRefusalError } from "./storage/database.js";
import { DataFolderError } from "./storage/dataFolder.js";

const usage = `Serves an event store to EventStoreDB clients on this machine.

  node --import tsx eventstore/main.ts --data DIR [--port N]

  --data DIR   folder of the store, made if it is missing; nobody else may have access to it
  --port N     port on the loopback addresses; 0 takes any free one (default 2113)
  --help       this text

Clients connect with esdb://127.0.0.1:2113?tls=false. SIGTERM and SIGINT stop it.
`;
const defaultPort = "2113";

/** A mistake of the person who started it, told in one line. */
class UsageError extends Error {}

function readArguments(): { dataDir: string; port: number } | "help" {
  const options = {
    data: { type: "string" },
    port: { type: "string", default: defaultPort },
    help: { type: "boolean", default: false },
  } as const;
  const { values } = parseArguments(() => parseArgs({ options }));
  if (values.help) return "help";
  if (values.data === undefined) throw new UsageError("--data DIR is missing. See --help.");
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`--port ${values.port} is not a port number from 0 to 65535.`);
  }
  return { dataDir: values.data, port };
}

function parseArguments<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : "Bad arguments. See --help.");
  }
}

async function main(): Promise<void> {
  const options = readArguments();
  if (options === "help") {
    process.stdout.write(usage);
    return;
  }
  // grpc-js would print a line of its own beside ours, for instance about a busy port.
  setLogVerbosity(logVerbosity.NONE);
  const { port, url, close } = await startEventStore(options);
  const stop = (): void => {
    // Connections may be left whose clients read nothing more; they must not keep it from ending.
    void close().then(() => process.exit());
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  process.once("disconnect", stop); // The parent is gone, and nobody else would stop it.
  if (process.send) process.send({ type: "ready", port });
  else process.stdout.write(`Event store in ${options.dataDir} ready at ${url}\n`);
}

main().catch((error: unknown) => {
  const isExpected =
    error instanceof UsageError ||
    error instanceof DataFolderError ||
    error instanceof DiskRefusalError ||
    error instanceof PortError;
  const text = error instanceof Error ? (isExpected ? error.message : error.stack) : String(error);
  process.stderr.write(`eventstore: ${text}\n`);
  process.exitCode = 1;
});
