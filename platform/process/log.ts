import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";

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
  options: {
    readonly name: string;
    readonly level: LogLevel;
    /** Is shown the message of each line. */
    readonly onMessage?: (message: unknown) => void;
  },
  destination: DestinationStream = pino.destination({ fd: 1, sync: true }),
): Log {
  return pino(
    {
      level: options.level,
      base: { name: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      ...(options.onMessage && { hooks: { logMethod: showing(options.onMessage) } }),
      redact: { paths: redactedPaths, censor: "[redacted]" },
    },
    destination,
  );
}

/** A message comes first, or right after the values. */
const showing = (onMessage: (message: unknown) => void): LogMethod =>
  function (args, method) {
    const [first, second] = args;
    onMessage(typeof first === "string" ? first : second);
    method.apply(this, args);
  };

type LogMethod = NonNullable<NonNullable<LoggerOptions["hooks"]>["logMethod"]>;
