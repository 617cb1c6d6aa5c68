import { sameSoundAs } from "../audio/sameSound.js";
import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import type { SoundCommand } from "./commands.js";
import { type SoundEvent, soundStream } from "./events.js";

/** Sounds under one key, in the order in which they were heard. */
export type HeardSounds = SoundEvent["data"]["private"][];

function evolve(heard: HeardSounds, { type, data }: SoundEvent): HeardSounds {
  switch (type) {
    case "SoundHeard":
      heard.push(data.private);
      return heard;
  }
}

/** What was heard before is recorded once, whoever asks. */
function decide(
  { type: _, page: _page, ...about }: SoundCommand,
  heard: HeardSounds,
): Draft<SoundEvent>[] {
  if (firstHeard(heard, about.print) !== undefined) return [];
  return [{ type: "SoundHeard", public: {}, private: about, sealed: {} }];
}

/** The first work that had this sound. */
export const firstHeard = (heard: HeardSounds, print: string): HeardSounds[number] | undefined =>
  heard[indexOfHeard(heard, print)];

/** -1 when no work had it. */
export function indexOfHeard(heard: HeardSounds, print: string): number {
  const isSame = sameSoundAs(print);
  return heard.findIndex((earlier) => isSame(earlier.print));
}

const opens = (): boolean => true;

export const soundDecider: Aggregate<
  Pick<SoundCommand, "key" | "page">,
  HeardSounds,
  SoundCommand,
  SoundEvent
> = {
  streamOf: ({ key, page }) => soundStream(key, page),
  initialState: () => [],
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.sound, opens },
};
