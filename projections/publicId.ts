import type { LedgerEvent } from "../domain/ledger.js";
import { sha256Hex } from "../platform/ids.js";

const characters = 32;

/**
 * What the public calls an event by. Made of its salt, which is random and never told, so that it
 * leads neither to a provider's id nor to a person, and is the same after every rebuild.
 */
export const publicIdOf = ({ data }: LedgerEvent): string =>
  sha256Hex(`public id v1 ${data.salt}`).slice(0, characters);
