import { isSameSound, type SoundPrint } from "../../domain/audio/soundPrint.js";
import { DomainError } from "../../domain/errors.js";
import type { GenerationRequested } from "../../domain/generation/events.js";
import { heedsWords } from "../../domain/generation/models.js";
import { firstHeard, soundDecider } from "../../domain/sound/decider.js";
import { reactionId } from "../../platform/ids.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger, load, newStream } from "../handle.js";

export interface Hearing {
  readonly ledger: Ledger;
  /** HMAC under the server's key. */
  readonly bodyHash: (body: unknown) => string;
}

export interface HeardWork {
  readonly print: SoundPrint;
  readonly nodeId: string;
  readonly request: GenerationRequested;
  readonly prompt: string;
  /** The model that made it. */
  readonly model: string;
}

/**
 * Whether other work had this sound before: work with other inputs. The same inputs may well give the
 * same sound. It is recorded first and looked for under the near keys then, so of two that come at
 * once at least the later one sees the other.
 */
export async function wasHeardBefore(
  { ledger, bodyHash }: Hearing,
  { print, nodeId, ...work }: HeardWork,
  context: CommandContext,
): Promise<boolean> {
  const { generationId } = work.request.data.private;
  const inputs = bodyHash(inputsOf(work));
  const { at } = context;
  const about = { key: print.key, print: print.text, inputs, generationId, nodeId, at };
  const commandId = reactionId(generationId, `sound ${inputs} ${print.key} ${print.text}`);
  const hearing = { ...context, commandId, isDrawn: false };
  try {
    const command = { type: "HearSound" as const, ...about };
    const fresh = newStream(soundDecider);
    const { state, position } = await handle(ledger, soundDecider, command, hearing, fresh);
    if (firstHeard(state, print.text)?.inputs !== inputs) return true;
    if (print.nearKeys.length === 0) return false;
    const since = position ?? (await positionOf(ledger, print));
    const near = await Promise.all(
      print.nearKeys.map((key) => isBeforeUnder(ledger, key, { ...about, since })),
    );
    return near.includes(true);
  } catch (error) {
    // So many near each other are copies of each other.
    if (error instanceof DomainError && error.code === "HISTORY_FULL") return true;
    throw error;
  }
}

async function positionOf({ store }: Ledger, { key, text }: SoundPrint): Promise<bigint> {
  const { events, state } = await load(store, soundDecider, { key });
  return events[state.findIndex(({ print }) => isSameSound(print, text))]?.position ?? 0n;
}

interface Sought {
  readonly print: string;
  readonly inputs: string;
  readonly since: bigint;
}

async function isBeforeUnder({ store }: Ledger, key: string, sought: Sought): Promise<boolean> {
  const { events, state } = await load(store, soundDecider, { key });
  const index = state.findIndex(({ print }) => isSameSound(print, sought.print));
  const [first, stored] = [state[index], events[index]];
  if (first === undefined || stored === undefined) return false;
  return first.inputs !== sought.inputs && stored.position < sought.since;
}

/** What may make audio differ: a rate does not, nor which stems are wanted of it. */
function inputsOf({ request, prompt, model }: Pick<HeardWork, "request" | "prompt" | "model">) {
  const { seed, bpm, key, audioMs } = request.data.private;
  return { purpose: "sound", ...(heedsWords(model) && { prompt }), seed, bpm, key, audioMs, model };
}
