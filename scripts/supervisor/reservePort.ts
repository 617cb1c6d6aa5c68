import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { Refusal } from "../../platform/process/refusal.js";

/** Kernels hand out ports from 32768 on to whoever calls out; below that, nobody takes one by chance. */
const firstPort = 20_000;
const portCount = 12_000;
const candidatesMax = 100;
const loopbackAddresses = ["127.0.0.1", "::1"];

/**
 * A loopback port that nobody listens on and that no other search of this kind gets while this
 * process runs: the server that is to listen there may start later, and again after a crash.
 */
export async function reservePort(): Promise<number> {
  for (let tried = 0; tried < candidatesMax; tried += 1) {
    const port = firstPort + Math.floor(Math.random() * portCount);
    if (await takePort(port)) return port;
  }
  throw new Refusal(`None of ${candidatesMax} ports from ${firstPort} on is free.`);
}

/**
 * Takes a port unless it is taken or somebody listens there. What marks it is a UDP socket of that
 * number: only one process of the machine can have it, it is in no TCP server's way, and the kernel
 * lets go of it when the process ends, however that comes.
 */
export async function takePort(port: number): Promise<boolean> {
  const mark = createSocket("udp4").unref();
  try {
    mark.bind({ address: "127.0.0.1", port, exclusive: true });
    await once(mark, "listening");
  } catch {
    mark.close();
    return false;
  }
  const busy = await Promise.all(loopbackAddresses.map((address) => isBusy(port, address)));
  if (!busy.includes(true)) return true;
  mark.close();
  return false;
}

/** An address that this machine does not have is in nobody's way. */
async function isBusy(port: number, address: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, address);
    await once(server, "listening");
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  } finally {
    server.close();
  }
}
