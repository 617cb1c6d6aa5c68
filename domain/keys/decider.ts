import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { dayOf } from "../time.js";
import type { KeysCommand } from "./commands.js";
import { type KeysEvent, type KeyUse, keysStream } from "./events.js";

export interface PublishedKey {
  readonly kid: string;
  readonly use: KeyUse;
  readonly x: string;
}

/** Every key ever published: what was signed stays verifiable after a rotation. */
type State = PublishedKey[];

function evolve(state: State, { type, data }: KeysEvent): State {
  switch (type) {
    case "SigningKeyPublished":
      state.push({ kid: data.public.kid, use: data.public.use, x: data.public.x });
      return state;
  }
}

function decide({ kid, use, x, at }: KeysCommand, state: State): Draft<KeysEvent>[] {
  if (state.some((known) => known.kid === kid)) return [];
  const shown = { kid, use, x, publishedOn: dayOf(at) };
  return [{ type: "SigningKeyPublished", public: shown, private: { at }, sealed: {} }];
}

const opens = (): boolean => true;

export const keysDecider: Aggregate<object, State, KeysCommand, KeysEvent> = {
  streamOf: () => keysStream,
  initialState: () => [],
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.keys, opens },
};
