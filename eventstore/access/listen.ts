import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { type LoopbackAddress, type Place, portOf } from "./ownPeers.js";

/** Why the store can't be served, and what to do; one line for a person. */
export class PortError extends Error {
  override readonly name = "PortError";
}

/** What is to happen with each connection to a place; nothing is read from it before. */
export type WayIn = (place: Place) => (socket: Socket) => void;

/** `localhost` is both loopback addresses, where there are two and the port is given. */
export type Host = "localhost" | LoopbackAddress;

export interface Listening {
  /** The first of the addresses, if there are two. */
  readonly place: Place;
  /** Takes no more connections. */
  readonly close: () => void;
}

/** Port 0 takes any free one. @throws PortError */
export async function listen(host: Host, port: number, wayIn: WayIn): Promise<Listening> {
  const [first, ...others] = loopbackAddresses(host, port);
  const servers: Server[] = [];
  const close = (): void => {
    for (const server of servers) server.close();
  };
  const open = async (wanted: Place): Promise<Place> => {
    const { place, server } = await bind(wanted);
    servers.push(server.on("connection", wayIn(place)));
    return place;
  };
  try {
    const place = await open({ address: first, port });
    for (const address of others) await open({ address, port });
    return { place, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Clients may take `localhost` for either address. A free port is known to be free on one only. */
function loopbackAddresses(
  host: Host,
  port: number,
): readonly [LoopbackAddress, ...LoopbackAddress[]] {
  if (host === "::1") return ["::1"];
  const interfaces = Object.values(networkInterfaces()).flat();
  const hasIpv6 = interfaces.some((address) => address?.address === "::1");
  const wantsBoth = host === "localhost" && port !== 0;
  return wantsBoth && hasIpv6 ? ["127.0.0.1", "::1"] : ["127.0.0.1"];
}

async function bind(wanted: Place): Promise<{ readonly place: Place; readonly server: Server }> {
  const server = createServer({ pauseOnConnect: true });
  try {
    await once(server.listen(wanted.port, wanted.address), "listening");
  } catch (error) {
    throw new PortError(problemOf(wanted, error));
  }
  return { place: { ...wanted, port: portOf(server) }, server };
}

/** As it is written in an address; one of version 6 stands in brackets. */
export const authorityOf = ({ address, port }: Place): string =>
  address === "::1" ? `[::1]:${port}` : `${address}:${port}`;

function problemOf(place: Place, error: unknown): string {
  const authority = authorityOf(place);
  const message = error instanceof Error ? error.message : String(error);
  return message.includes("EADDRINUSE")
    ? `Port ${authority} is already in use. Stop what uses it or choose another with --port.`
    : `Cannot listen on ${authority}: ${message}`;
}
