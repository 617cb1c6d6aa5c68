import { createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { reservePort, takePort } from "../../scripts/supervisor/reservePort.js";

it("a reserved port is given to nobody else, and a server can listen on it", async () => {
  const port = await reservePort();
  expect(await takePort(port)).toBe(false);
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
});

it.each(["127.0.0.1", "::1"])(
  "a port that somebody listens on at %s is not taken",
  async (host) => {
    const server = createServer();
    onTestFinished(() => void server.close());
    const port = await new Promise<number>((resolve, reject) => {
      server.once("error", reject).listen(0, host, () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    expect(await takePort(port)).toBe(false);
  },
);
