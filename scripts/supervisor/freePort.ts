import getPort from "get-port";

/**
 * Kernels hand out ports from 32768 on to whoever calls out, and so could take a port between our
 * finding it free and a server's opening it. Below that, only another search of this kind could.
 */
const firstPort = 20_000;
const portCount = 12_000;
const candidatesMax = 20;

/** A loopback port that nobody listens on. */
export function findFreePort(): Promise<number> {
  const candidates = Array.from(
    { length: candidatesMax },
    () => firstPort + Math.floor(Math.random() * portCount),
  );
  return getPort({ port: candidates, host: "127.0.0.1" });
}
