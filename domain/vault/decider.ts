import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import type { VaultCommand } from "./commands.js";
import { type VaultEvent, vaultStream } from "./events.js";

type State = "kept" | "destroyed";

const evolve = (_: State, { type }: VaultEvent): State => stateAfter[type];

const stateAfter: Record<VaultEvent["type"], State> = { DataKeyDestroyed: "destroyed" };

function decide({ type: _, ...about }: VaultCommand, state: State): Draft<VaultEvent>[] {
  if (state === "destroyed") return [];
  return [{ type: "DataKeyDestroyed", public: {}, private: about, sealed: {} }];
}

const opens = (): boolean => false;

export const vaultDecider: Aggregate<
  Pick<VaultCommand, "keyId">,
  State,
  VaultCommand,
  VaultEvent
> = {
  streamOf: ({ keyId }) => vaultStream(keyId),
  initialState: () => "kept",
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.vault, opens },
};
