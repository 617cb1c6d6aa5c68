import { once } from "node:events";
import { createServer } from "node:net";
import { Refusal } from "../../platform/process/refusal.js";

/** @throws Refusal that says how to choose another port */
export async function refuseBusyPort(host: string, port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    const problem =
      code === "EADDRINUSE" ? "is in use by another program" : `can't be used (${code})`;
    const remedy = `Choose another: npm start -- --port ${port + 1}`;
    throw new Refusal(`Port ${port} on ${host} ${problem}. ${remedy}`);
  } finally {
    server.close();
  }
}
