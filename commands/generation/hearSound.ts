import { sameSoundAs } from "../../domain/audio/sameSound.js";
import type { SoundPrint } from "../../domain/audio/soundPrint.js";
import { DomainError } from "../../domain/errors.js";
import type { GenerationRequested } from "../../domain/generation/events.js";
import { wordsHeeded } from "../../domain/generation/models.js";
import { boundEventsMax, soundPagesMax } from "../../domain/limits.js";
import type { HearSound } from "../../domain/sound/commands.js";
import {
  firstHeard,
  type HeardSounds,
  indexOfHeard,
  soundDecider,
} from "../../domain/sound/decider.js";
import { soundStream } from "../../domain/sound/events.js";
import { reactionId } from "../../platform/ids.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger, load, newStream } from "../handle.js";
import type { KnownSound, KnownSounds } from "./knownSounds.js";

export interface Hearing {
  readonly ledger: Ledger;
  readonly knownSounds: KnownSounds;
  /** HMAC under the server's key. */
  readonly bodyHash: (body: unknown) => string;
}

export interface HeardWork {
  readonly print: SoundPrint;
  readonly nodeId: string;
  readonly request: GenerationRequested;
  readonly prompt: string;
  /** What the node says that it understood of it. */
  readonly understood: string | undefined;
  /** The model that made it. */
  readonly model: string;
}

/**
 * Whether other work had this sound before: work with other inputs. The same inputs may well give the
 * same sound. It is recorded first and looked for under the near keys then, so of two that come at
 * once at least the later one sees the other.
 */
export async function wasHeardBefore(
  { ledger, knownSounds, bodyHash }: Hearing,
  { print, nodeId, ...work }: HeardWork,
  context: CommandContext,
): Promise<boolean> {
  const { generationId } = work.request.data.private;
  const inputs = bodyHash(inputsOf(work));
  const { at } = context;
  const about = { key: print.key, print: print.text, inputs, generationId, nodeId, at };
  const commandId = reactionId(generationId, `sound ${inputs} ${print.key} ${print.text}`);
  const recorded = await record(ledger, about, { ...context, commandId, isDrawn: false });
  if (recorded !== undefined && recorded.first.inputs !== inputs) return true;
  const sought = { print: print.text, inputs, since: recorded?.position };
  const pageOf = await pagesFor(ledger, knownSounds, sought.since);
  const near = print.nearKeys.map((key) => isBeforeUnder(pageOf, key, sought));
  return (await Promise.all(near)).includes(true);
}

interface Recorded {
  readonly first: HeardSounds[number];
  readonly position: bigint;
}

/** On the first page that has room; undefined when all are full, and none has this sound. */
async function record(
  ledger: Ledger,
  about: Omit<HearSound, "type" | "page">,
  context: CommandContext,
): Promise<Recorded | undefined> {
  for (let page = 0; page < soundPagesMax; page += 1) {
    const command = { type: "HearSound" as const, ...about, page };
    try {
      const fresh = newStream(soundDecider);
      const handled = await handle(ledger, soundDecider, command, context, fresh);
      const first = firstHeard(handled.state, about.print);
      if (first === undefined) throw new Error("A sound that was recorded is not there.");
      const position = handled.position ?? (await positionOf(ledger, command));
      return { first, position };
    } catch (error) {
      // Full of other sounds: whoever comes next must not pay for that.
      if (!(error instanceof DomainError && error.code === "HISTORY_FULL")) throw error;
    }
  }
  return undefined;
}

async function positionOf({ store }: Ledger, { key, page, print }: HearSound): Promise<bigint> {
  const { events, state } = await load(store, soundDecider, { key, page });
  return events[indexOfHeard(state, print)]?.position ?? 0n;
}

interface Sought {
  readonly print: string;
  readonly inputs: string;
  /** Of what is recorded itself; undefined when it is not, so that all else came first. */
  readonly since: bigint | undefined;
}

type PageOf = (key: string, page: number) => Promise<readonly KnownSound[]>;

/** What is filed under a key and page, from memory if it goes that far, and else from the stream. */
async function pagesFor(
  { store }: Ledger,
  knownSounds: KnownSounds,
  since: bigint | undefined,
): Promise<PageOf> {
  const known = since === undefined ? undefined : await knownSounds.upTo(since);
  if (known !== undefined) return async (key, page) => known(soundStream(key, page));
  return async (key, page) => {
    const { events, state } = await load(store, soundDecider, { key, page });
    return state.flatMap(({ print, inputs }, index) => {
      const stored = events[index];
      return stored === undefined ? [] : { print, inputs, position: stored.position };
    });
  };
}

async function isBeforeUnder(pageOf: PageOf, key: string, sought: Sought): Promise<boolean> {
  const isSame = sameSoundAs(sought.print);
  for (let page = 0; page < soundPagesMax; page += 1) {
    const sounds = await pageOf(key, page);
    const first = sounds.find(({ print }) => isSame(print));
    if (first !== undefined) {
      const isBefore = sought.since === undefined || first.position < sought.since;
      return first.inputs !== sought.inputs && isBefore;
    }
    if (sounds.length < boundEventsMax.sound) return false;
  }
  return false;
}

/** What may make audio differ: a rate does not, nor which stems are wanted of it. */
function inputsOf({ request, model, ...words }: Omit<HeardWork, "print" | "nodeId">) {
  const { seed, bpm, key, audioMs } = request.data.private;
  return { purpose: "sound", prompt: wordsHeeded(model, words), seed, bpm, key, audioMs, model };
}
