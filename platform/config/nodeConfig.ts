import { z } from "zod";
import { durationSecondsMax, sampleRates, stems } from "../../domain/audio/music.js";
import { logLevels } from "../process/log.js";
import {
  type Environment,
  list,
  oneOf,
  port,
  readEnvironment,
  readOrigin,
  text,
  variable,
  wholeNumber,
} from "./environment.js";

const anything = text("text");
const serverUrlDefault = "http://localhost:8000";

/**
 * A node's key and its operator's token go over this connection, so it is encrypted, unless it
 * never leaves the machine or the container network (where hosts are single words).
 */
const serverUrl = variable(
  "the server's origin: https://…, or http:// on this machine",
  (value) => {
    const origin = readOrigin(value);
    if (origin === undefined) return undefined;
    const { protocol, hostname } = new URL(origin);
    const isNear = hostname.startsWith("127.") || hostname === "[::1]" || !hostname.includes(".");
    return protocol === "https:" || isNear ? origin : undefined;
  },
);

/** Every variable of a GPU node, in the order of .env.example. */
export const nodeVariables = z.object({
  OBSIDIAN_SERVER_URL: serverUrl.optional(),
  /** The name that the first description of the project gave it. */
  CENTRAL_SERVER_URL: serverUrl.optional(),
  OBSIDIAN_SERVER_ORIGIN: variable("the server's public origin", readOrigin).optional(),
  ENROLMENT_TOKEN: anything.optional(),
  NODE_DATA_DIR: anything.default(".data/gpu-node"),
  NODE_HOST: anything.default("127.0.0.1"),
  NODE_PORT: port.default(8001),
  NODE_ENGINE: anything.default("synth"),
  NODE_MODELS: list("names of models", (name) => (name === "" ? undefined : name)).default([]),
  NODE_MAX_SECONDS: wholeNumber(1, durationSecondsMax).default(durationSecondsMax),
  NODE_MAX_SAMPLE_RATE: variable(`a sample rate: one of ${sampleRates.join(", ")}`, (value) =>
    sampleRates.find((rate) => String(rate) === value),
  ).default(192_000),
  NODE_STEMS: list(`stems: any of ${stems.join(", ")}`, (name) =>
    stems.find((stem) => stem === name),
  ).default([...stems]),
  LOG_LEVEL: oneOf(logLevels).default("info"),
});

const serverUrlOf = (variables: z.output<typeof nodeVariables>): string =>
  variables.OBSIDIAN_SERVER_URL ?? variables.CENTRAL_SERVER_URL ?? serverUrlDefault;

const nodeConfig = nodeVariables
  .transform((variables) => ({
    serverUrl: serverUrlOf(variables),
    /** What the node signs for: the server's own name, also where it is reached by another one. */
    serverOrigin: variables.OBSIDIAN_SERVER_ORIGIN ?? serverUrlOf(variables),
    enrolmentToken: variables.ENROLMENT_TOKEN,
    dataDir: variables.NODE_DATA_DIR,
    host: variables.NODE_HOST,
    port: variables.NODE_PORT,
    engine: variables.NODE_ENGINE,
    /** Empty: all that the engine offers. */
    models: variables.NODE_MODELS,
    /** What the operator lends; a job beyond it is refused by the node itself. */
    limits: {
      audioSecondsMax: variables.NODE_MAX_SECONDS,
      sampleRateMax: variables.NODE_MAX_SAMPLE_RATE,
      stems: variables.NODE_STEMS,
    },
    logLevel: variables.LOG_LEVEL,
  }))
  .readonly();

export const readNodeConfig = (environment: Environment) =>
  readEnvironment(nodeConfig, environment);
