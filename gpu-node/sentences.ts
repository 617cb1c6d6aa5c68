import type { Unfit } from "../domain/generation/queues.js";
import type { Notice } from "../domain/node/wire.js";
import { plainLine } from "../domain/texts.js";
import type { Skipped } from "./record.js";

const charactersMax = 500;

/** What a server, a proxy or a driver wrote, as a part of one line: it can't forge another. */
const oneLine = (text: string): string => plainLine(text).trim().slice(0, charactersMax);

const reasonByCode: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "nothing listens there"],
  ["ENOTFOUND", "its name is not known"],
  ["EAI_AGAIN", "its name could not be looked up"],
  ["ECONNRESET", "the connection was cut"],
  ["UND_ERR_SOCKET", "the connection was cut"],
]);

/** Why something failed, as a sentence has it after a colon. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  if (error.name === "TimeoutError") return "it did not answer in time";
  if (error.name === "ZodError" || error instanceof SyntaxError) {
    return "it answers in words that this node does not know: is it an OBSIDIAN server of this version?";
  }
  const { cause } = error;
  if (!(cause instanceof Error)) return oneLine(error.message);
  const known = "code" in cause ? reasonByCode.get(String(cause.code)) : undefined;
  return known ?? oneLine(cause.message || error.message);
}

export const loopsOf = (count: number): string => (count === 1 ? "1 loop" : `${count} loops`);
export const secondsOf = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;

/** For each reason, what would have to change for the node to get this work. */
const wants: Readonly<Record<Unfit, string>> = {
  model: "a model that this node does not offer (NODE_MODELS)",
  stems: "stems, which this node does not make (NODE_STEMS)",
  "too-long": "more seconds than this node lends (NODE_MAX_SECONDS)",
  "sample-rate-too-high": "a higher sample rate than this node lends (NODE_MAX_SAMPLE_RATE)",
};
const isKnown = (reason: string): reason is Unfit => Object.hasOwn(wants, reason);

/** One line for each reason why work in line was not for this node. */
export const skippedLines = (skipped: Skipped): readonly string[] =>
  Object.entries(skipped).map(([reason, count]) => {
    const loops = count === 1 ? "1 loop needs" : `${count} loops need`;
    return `${loops} ${isKnown(reason) ? wants[reason] : oneLine(reason)}`;
  });

/** What the server lets a node tell its owner. */
export const noticeTexts: Readonly<Record<Notice, string>> = {
  suspended:
    "This node is suspended: it gets no work, and its unpaid shares are held. Its account shows why, and how to object.",
  "key-in-use-elsewhere":
    "Another machine has this node's key and was turned away. If it is yours, give it a key of its own: stop it, move node-key.pem out of its data folder, and start it again. If it is not, somebody has copied your key: do the same here.",
};
