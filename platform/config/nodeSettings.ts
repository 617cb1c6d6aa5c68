import { durationSecondsMax, sampleRates, stems } from "../../domain/audio/music.js";
import { enrolmentTokenForm } from "../keys/enrolmentTokens.js";
import { logLevels } from "../process/log.js";
import {
  anything,
  consent,
  list,
  oneOf,
  port,
  readOrigin,
  variable,
  wholeNumber,
} from "./environment.js";
import { isPrivateHost, isSafeUrl } from "./plainHttp.js";
import { combine, setting } from "./settings.js";

/** Prompts, audio and the operator's token go over this connection, so it is encrypted. */
const serverOrigin = variable(
  "the server's origin: https://…, or http:// on this machine or a private network",
  (value) => {
    const origin = readOrigin(value);
    if (origin === undefined) return undefined;
    return isSafeUrl(origin) || isPrivateHost(new URL(origin).hostname) ? origin : undefined;
  },
);

const serverUrl = combine(
  {
    named: setting("OBSIDIAN_SERVER_URL", serverOrigin.optional()),
    /** The name that the first description of the project gave it. */
    namedBefore: setting("CENTRAL_SERVER_URL", serverOrigin.optional()),
    isOpen: setting("OBSIDIAN_SERVER_INSECURE", consent),
  },
  (given, complain) => {
    const server = given.named ?? given.namedBefore ?? "http://localhost:8000";
    if (!isSafeUrl(server) && !given.isOpen) {
      const part = given.named === undefined ? "namedBefore" : "named";
      complain(part, "must start with https://, unless OBSIDIAN_SERVER_INSECURE is yes");
    }
    return server;
  },
);

const publicOrigin = setting(
  "OBSIDIAN_SERVER_ORIGIN",
  variable("the server's public origin", readOrigin).optional(),
);

const models = list("names of models", (name) => (name === "" ? undefined : name));
const sampleRate = variable(`a sample rate: one of ${sampleRates.join(", ")}`, (value) =>
  sampleRates.find((rate) => String(rate) === value),
);
const lentStems = list(`stems: any of ${stems.join(", ")}`, (name) =>
  stems.find((stem) => stem === name),
);

/** Every setting that a GPU node uses, in the order of .env.example. */
export const nodeSettings = {
  serverUrl,
  /** What the node signs for: the server's own name, also where it is reached by another one. */
  serverOrigin: combine(
    { serverUrl, publicOrigin },
    (given) => given.publicOrigin ?? given.serverUrl,
  ),
  /** Whose this node is to be: see docs/run-a-node.md. */
  enrolmentToken: setting(
    "ENROLMENT_TOKEN",
    variable("an enrolment token, as your account shows it once", (value) =>
      enrolmentTokenForm.test(value) ? value : undefined,
    ).optional(),
  ),
  dataDir: setting("NODE_DATA_DIR", anything.default(".data/gpu-node")),
  host: setting("NODE_HOST", anything.default("127.0.0.1")),
  port: setting("NODE_PORT", port.default(8001)),
  engine: setting("NODE_ENGINE", anything.default("synth")),
  /** Empty: all that the engine offers. */
  models: setting("NODE_MODELS", models.default([])),
  /** What the operator lends; a job beyond it is refused by the node itself. */
  limits: {
    audioSecondsMax: setting(
      "NODE_MAX_SECONDS",
      wholeNumber(1, durationSecondsMax).default(durationSecondsMax),
    ),
    sampleRateMax: setting("NODE_MAX_SAMPLE_RATE", sampleRate.default(192_000)),
    stems: setting("NODE_STEMS", lentStems.default([...stems])),
  },
  /** Sentences for people, or JSON for programs. */
  logFormat: setting("NODE_LOG_FORMAT", oneOf(["text", "json"]).default("text")),
  logLevel: setting("LOG_LEVEL", oneOf(logLevels).default("info")),
};
