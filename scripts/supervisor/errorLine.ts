import { z } from "zod";
import { parseJson } from "../../platform/parseJson.js";

const errorLevel = 50;
const logLine = z.object({
  level: z.number(),
  msg: z.string().default(""),
  err: z.object({ message: z.string() }).optional(),
});

/** What a line of a log says to the person at the terminal, when it is an error; most are not. */
export function findError(line: string): string | undefined {
  if (!line.startsWith("{")) return / \[ERROR\] (.*)/.exec(line)?.[1];
  const { data } = logLine.safeParse(parseJson(line));
  if (data === undefined || data.level < errorLevel) return undefined;
  return data.err === undefined ? data.msg : `${data.msg}: ${data.err.message}`;
}
