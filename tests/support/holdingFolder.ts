/** A process that has a temporary folder until it is killed. */
import { makeTemporaryFolder } from "../../platform/process/temporaryFolder.js";

process.stdout.write(`${makeTemporaryFolder("test").path}\n`);
setInterval(() => undefined, 60_000);
