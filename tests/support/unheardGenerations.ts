import { load } from "../../commands/handle.js";
import {
  generationStream,
  type TerminalType,
  terminalTypes,
} from "../../domain/generation/events.js";
import { queueOf } from "../../domain/generation/queues.js";
import { quotaDecider } from "../../domain/quota/decider.js";
import { newId } from "../../platform/ids.js";
import type { WaitingLine } from "../../platform/redis/waitingLine.js";
import { leaseAndLose, requestAndDo, requestAndEnd } from "./endings.js";
import { requestLoop } from "./requesting.js";
import { openedAt as at, type World } from "./world.js";

/** An event that nobody has reacted to: its stream, and what can be seen of the reaction. */
export interface Unheard {
  readonly stream: string;
  readonly seen: () => Promise<unknown>;
}

/** By process manager and type: lets such an event happen, of which the manager hears nothing. */
export type Happenings = Readonly<Record<string, () => Promise<Unheard>>>;

const day = at.slice(0, 10);
const queue = queueOf({ model: null, stems: [], audioMs: 6000, sampleRate: 48_000 });

/** Events of generations to which process managers would have reacted. */
export function unheardGenerations(world: World, waitingLine: WaitingLine): Happenings {
  const inLine = (generationId: string): Unheard => ({
    stream: generationStream(generationId),
    seen: () => isInLine(waitingLine, generationId),
  });

  async function endedInLine(type: TerminalType): Promise<Unheard> {
    const { generationId } = await requestAndEnd(world, type);
    await waitingLine.join(queue, generationId, at);
    return inLine(generationId);
  }

  async function endedUnsettled(type: TerminalType): Promise<Unheard> {
    const { generationId, userId } = await requestAndEnd(world, type);
    const seen = async () => {
      const { events } = await load(world.store, quotaDecider, { userId, day });
      return events.map(({ event }) => event.type);
    };
    return { stream: generationStream(generationId), seen };
  }

  const ends = terminalTypes.flatMap((type) => [
    [`dispatch: ${type}`, () => endedInLine(type)] as const,
    [`settle: ${type}`, () => endedUnsettled(type)] as const,
  ]);
  return {
    "dispatch: GenerationRequested": async () =>
      inLine((await requestLoop(world, { at })).generationId),
    "dispatch: GenerationLeaseLost": async () =>
      inLine((await requestAndDo(world, () => leaseAndLose("failed"))).generationId),
    ...Object.fromEntries(ends),
  };
}

async function isInLine(waitingLine: WaitingLine, generationId: string): Promise<boolean> {
  const places = [];
  for (;;) {
    const place = await waitingLine.take(queue, newId());
    if (place === undefined) break;
    places.push(place);
  }
  for (const place of places.toReversed()) await place.putBack();
  return places.some((place) => place.generationId === generationId);
}
