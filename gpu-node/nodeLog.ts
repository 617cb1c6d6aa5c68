import { z } from "zod";
import { plainLine } from "../domain/texts.js";
import { createLog, type Log, type LogLevel } from "../platform/process/log.js";

const lineSchema = z.object({
  level: z.number(),
  time: z.string(),
  msg: z.string().default(""),
  err: z.object({ stack: z.string().optional() }).optional(),
});
const marks = [
  { level: 50, mark: "[ERROR] " },
  { level: 40, mark: "[WARN] " },
];

/** Our messages are sentences that say everything; the fields beside them are for programs. */
export function createNodeLog(
  { level, format }: { readonly level: LogLevel; readonly format: "text" | "json" },
  write: (text: string) => unknown = (text) => process.stdout.write(text),
): Log {
  const options = { name: "gpu-node", level };
  if (format === "json") return createLog(options);
  const showsStacks = level === "debug" || level === "trace";
  return createLog(options, { write: (line) => void write(sentenceOf(line, showsStacks)) });
}

/** One line: "2026-11-30 12:03:04Z Made a loop of 8.0 s …". A stack only for those who ask for it. */
export function sentenceOf(line: string, showsStacks: boolean): string {
  const { level, time, msg, err } = lineSchema.parse(JSON.parse(line));
  const { mark = "" } = marks.find((each) => level >= each.level) ?? {};
  const at = time.replace("T", " ").replace(/\.\d+Z$/, "Z");
  const stack = showsStacks && err?.stack !== undefined ? `\n${err.stack}` : "";
  return `${at} ${mark}${plainLine(msg)}${stack}\n`;
}
