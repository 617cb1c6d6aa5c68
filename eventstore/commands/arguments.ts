import { type ParseArgsConfig, parseArgs } from "node:util";

/** A mistake of the person who started the program, reported in one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

type Options = NonNullable<ParseArgsConfig["options"]>;

const common = {
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/**
 * The options of a command, each may be given once; `--json` and `--help` are known to all.
 * @throws UsageError
 */
export function readOptions<Own extends Options>(args: readonly string[], own: Own) {
  try {
    const options = { ...common, ...own };
    return parseArgs({ args: [...args], options, allowPositionals: false, strict: true }).values;
  } catch (error) {
    const problem = error instanceof Error ? error.message : "Bad arguments.";
    throw new UsageError(`${problem} See --help.`);
  }
}

/** @throws UsageError */
export function required(value: unknown, name: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new UsageError(`${name} is missing. See --help.`);
}
