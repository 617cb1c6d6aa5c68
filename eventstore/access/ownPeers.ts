import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { createServer, type Server, Socket } from "node:net";

/** Where a store listens. */
export interface Place {
  readonly address: LoopbackAddress;
  readonly port: number;
}
export type LoopbackAddress = "127.0.0.1" | "::1";

/** How the kernel writes these addresses: each four bytes as one number, the lowest byte first. */
const kernelForms: Readonly<Record<LoopbackAddress, readonly string[]>> = {
  "127.0.0.1": ["0100007F", "0000000000000000FFFF00000100007F"],
  "::1": ["00000000000000000000000001000000"],
};
const tables = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];
const established = "01";

/** Longer than any row; what is left over of a chunk is the start of one. */
const rowBytesMax = 1_024;

const hexPort = (port: number): string => port.toString(16).toUpperCase().padStart(4, "0");

/**
 * The port at the other end of each connection to a place that a process of this user opened, read
 * from the kernel's table of connections.
 * @throws when the tables can't be read
 */
export async function findOwnPeers(place: Place): Promise<ReadonlySet<number>> {
  const uid = process.geteuid?.() ?? -1;
  const ports = new Set<number>();
  for (const table of tables.filter((each) => existsSync(each))) {
    for await (const rows of wholeRows(table)) {
      for (const port of peersOf(uid, place, rows)) ports.add(port);
    }
  }
  return ports;
}

/** Whether this system says who opened a connection. Tried out, since many hide or shape `/proc`. */
export async function areUsersKnown(): Promise<boolean> {
  const server = createServer();
  const client = new Socket();
  try {
    await once(server.listen(0, "127.0.0.1"), "listening");
    const place = { address: "127.0.0.1", port: portOf(server) } as const;
    await once(client.connect(place.port, place.address), "connect");
    return (await findOwnPeers(place)).has(client.localPort ?? 0);
  } catch {
    return false;
  } finally {
    client.destroy();
    server.close();
  }
}

/**
 * Takes apart rows of the table: number, both ends, state, queues, timer, retransmits, user, timeout,
 * inode. Only a whole connection counts, with a socket that somebody holds: of others, kernels say
 * that they are root's. A user whom our user namespace does not know is shown as `nobody`, so a store
 * should not run as that one.
 */
export function peersOf(uid: number, { address, port }: Place, rows: string): number[] {
  const ends = kernelForms[address].map((form) => `${form}:([0-9A-F]{4}) ${form}:${hexPort(port)}`);
  const row = `^ *\\d+: (?:${ends.join("|")}) ${established} \\S+ \\S+ \\S+ +${uid} +\\d+ [1-9]`;
  return [...rows.matchAll(new RegExp(row, "gm"))].map(([, ...peers]) =>
    Number.parseInt(peers.find((each) => each !== undefined) ?? "", 16),
  );
}

/** The port on which a server listens. */
export function portOf(server: Server): number {
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : 0;
}

/** A table may be of any length, so no more of it is held than a chunk. */
async function* wholeRows(table: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(table, { encoding: "latin1" })) {
    const text = rest + String(chunk);
    const end = text.lastIndexOf("\n") + 1;
    rest = text.slice(end).slice(0, rowBytesMax);
    yield text.slice(0, end);
  }
}
