import type { EventType } from "../domain/ledger.js";
import { apiKeys } from "./apiKeys/projection.js";
import { contributions } from "./contributions/projection.js";
import { generations } from "./generations/projection.js";
import { leases } from "./leases/projection.js";
import { nodes } from "./nodes/projection.js";
import type { Projection } from "./projection.js";
import { quotaDays } from "./quotaDays/projection.js";
import { reservations } from "./reservations/projection.js";
import { users } from "./users/projection.js";

export const projections: readonly Projection[] = [
  users,
  apiKeys,
  quotaDays,
  reservations,
  generations,
  leases,
  nodes,
  contributions,
];

/** Events that no read model shows, each with the reason. */
export const unprojected: Partial<Record<EventType, string>> = {
  SigningKeyPublished: "The few keys are read from their stream, keys-log.",
  DataKeyDestroyed: "The vault itself knows which keys are gone; the event is for auditors.",
};
