import { logVerbosity, setLogVerbosity } from "@grpc/grpc-js";
import { openTlsAccess } from "../access/tlsAccess.js";
import type { Access } from "../access/wayInto.js";
import { startEventStore } from "../server.js";
import { readOptions, required, UsageError } from "./arguments.js";
import { type Command, printJson, printLines } from "./command.js";

const usage = `Serves an event store to EventStoreDB clients of the same user on this machine.

  npm run eventstore -- [serve] --data DIR [--port N] [--tls DIR | --insecure] [--json]

  --data DIR   folder of the store, created if missing; no other user may have access to it
  --port N     port on the loopback addresses; 0 takes any free one (default 2113)
  --tls DIR    speaks TLS, and asks for a login; certificate, key and password are kept in DIR, and
               made if they are missing
  --insecure   serves every user of this machine: each can read, write and delete everything
  --json       prints one JSON object when it is ready

Clients connect with esdb://127.0.0.1:2113?tls=false, and with --tls as user obsidian with the password
in DIR/password. SIGTERM and SIGINT stop it.
`;
const defaultPort = "2113";

async function serve(args: readonly string[]): Promise<undefined> {
  const values = readOptions(args, {
    data: { type: "string" },
    port: { type: "string", default: defaultPort },
    tls: { type: "string" },
    insecure: { type: "boolean", default: false },
  });
  const dataDir = required(values.data, "--data DIR");
  const requestedPort = parsePort(values.port);
  // grpc-js would print a line of its own beside ours, for instance about a busy port.
  setLogVerbosity(logVerbosity.NONE);
  const access = await accessOf(values);
  const { port, url, close } = await startEventStore({ dataDir, port: requestedPort, access });
  const stop = (): void => {
    // Connections may be left whose clients read nothing more; they must not keep it from ending.
    void close().then(() => process.exit());
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  process.once("disconnect", stop); // The parent is gone, and nobody else would stop it.
  // It may have been gone before anybody listened: then it can't be told.
  if (process.send) process.send({ type: "ready", port }, (error) => error && stop());
  else if (values.json) printJson({ dataDir, port, url: shown(url) });
  else printLines([`Event store in ${dataDir} ready at ${shown(url)}`]);
}

async function accessOf(values: {
  readonly tls?: string;
  readonly insecure: boolean;
}): Promise<Access> {
  if (values.tls === undefined) return values.insecure ? "every user" : "own user";
  if (values.insecure) throw new UsageError("--tls and --insecure exclude each other. See --help.");
  return openTlsAccess(values.tls);
}

/** Without the password, which must not get into a log. */
const shown = (url: string): string => url.replace(/:[^:@/]+@/, ":…@");

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UsageError(`--port ${text} is not a port number from 0 to 65535.`);
}

export const serveCommand: Command = {
  summary: "serves a store; the default without a command",
  usage,
  run: serve,
};
