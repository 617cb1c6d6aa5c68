import { loadConfig } from "../platform/config.js";
import { announceReady, closeOnSignal } from "../platform/lifecycle.js";
import { createLog } from "../platform/log.js";
import { buildApp } from "./app.js";

const graceSeconds = 10;

const config = loadConfig();
const log = createLog({ name: "api", level: config.logLevel });
const app = buildApp({ log });

await app.listen({ host: config.http.host, port: config.http.port });
closeOnSignal([app], { graceSeconds, log });
announceReady();
