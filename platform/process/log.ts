import { type DestinationStream, type Logger, pino } from "pino";

/** One JSON object a line. `log.child({ part })` names a part of a process; values go in fields. */
export type Log = Logger;

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Fields that hold a credential or a person's data wherever they appear. */
const secretFields = [
  "apiKey",
  "authorization",
  "cookie",
  "email",
  "password",
  "privateKey",
  "prompt",
  "refreshToken",
  "secret",
  "sessionToken",
  "set-cookie",
  "token",
  "x-api-key",
];
/** pino has no "at any depth", so each field is named at every depth that our lines reach. */
const depths = ["", "*", "*.*"];
const redactedPaths = secretFields.flatMap((field) =>
  depths.map((depth) => `${depth}["${field}"]`),
);

/** Writes to standard output, where the supervisor or the container engine collects it. */
export function createLog(
  options: { name: string; level: LogLevel },
  destination: DestinationStream = pino.destination({ fd: 1, sync: true }),
): Log {
  return pino(
    {
      level: options.level,
      base: { name: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: redactedPaths, censor: "[redacted]" },
    },
    destination,
  );
}
