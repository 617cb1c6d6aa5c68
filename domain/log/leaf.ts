import { canonicalJson } from "../canonicalJson.js";
import { membersOf, restHashOf, type StoredForm } from "./rest.js";

/** C2SP tlog-tiles: an entry of a bundle has its length in 16 bits. */
export const leafBytesMax = 65_535;

/**
 * What the transparency log holds of an event, and anybody may read: the RFC 8785 spelling of
 * `{type, schemaVersion, public, restHash}`. It is made of what is stored, before any upcast, and never
 * changes: `tests/fixtures/leaves` holds an example of each type for ever.
 */
export function leafOf(stored: StoredForm): Buffer {
  const leaf = {
    type: stored.type,
    schemaVersion: membersOf(stored.metadata)["schemaVersion"] ?? null,
    public: membersOf(stored.data)["public"] ?? null,
    restHash: restHashOf(stored),
  };
  return Buffer.from(canonicalJson(leaf));
}
