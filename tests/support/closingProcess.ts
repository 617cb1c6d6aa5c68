/** A process with two things to close, run by tests/platform/lifecycle.test.ts. */
import { announceReady, closeOnSignal } from "../../platform/process/lifecycle.js";
import { createLog } from "../../platform/process/log.js";

const [manner = "orderly", graceSeconds = "20"] = process.argv.slice(2);
const log = createLog({ name: "closing", level: "info" });
setInterval(() => undefined, 60_000); // As a server's open port would, this keeps it running.

const first = {
  close: async (): Promise<void> => {
    log.info("first closes");
    if (manner === "hanging") await new Promise(() => undefined);
    if (manner === "failing") throw new Error("will not close");
  },
};
const second = { close: () => log.info("second closes") };

closeOnSignal([first, second], { graceSeconds: Number(graceSeconds), log });
announceReady(log, { port: 1234 });
log.info("started");
