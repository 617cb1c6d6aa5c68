import type { Progress } from "./applyBatch.js";

/** How far something has come in `$all`: the last event it has seen. */
export type Place = bigint | "start";

export const placeOf = ({ checkpoint: { position } }: Pick<Progress, "checkpoint">): Place =>
  position === null ? "start" : BigInt(position);

export const isBefore = (one: Place, other: Place): boolean =>
  other !== "start" && (one === "start" || one < other);

export const least = (places: readonly Place[]): Place =>
  places.reduce((one, other) => (isBefore(other, one) ? other : one), places[0] ?? "start");
