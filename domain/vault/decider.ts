import type { Aggregate, Draft } from "../message.js";
import type { Instant } from "../time.js";
import { type VaultEvent, vaultStream } from "./events.js";

export interface RecordDestruction {
  readonly type: "RecordDestruction";
  readonly keyId: string;
  readonly purpose: string;
  readonly reason: "erased" | "retention";
  readonly at: Instant;
}

type State = "kept" | "destroyed";

const evolve = (_: State, { type }: VaultEvent): State => stateAfter[type];

const stateAfter: Record<VaultEvent["type"], State> = { DataKeyDestroyed: "destroyed" };

function decide({ type: _, ...about }: RecordDestruction, state: State): Draft<VaultEvent>[] {
  if (state === "destroyed") return [];
  return [{ type: "DataKeyDestroyed", public: {}, private: about, sealed: {} }];
}

export const vaultDecider: Aggregate<
  Pick<RecordDestruction, "keyId">,
  State,
  RecordDestruction,
  VaultEvent
> = {
  streamOf: ({ keyId }) => vaultStream(keyId),
  initialState: "kept",
  evolve,
  decide,
};
