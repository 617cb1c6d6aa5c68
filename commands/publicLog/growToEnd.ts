import { isKnown, TooNewEventError } from "../../domain/ledger.js";
import type { TreeHead } from "../../domain/log/consistency.js";
import { leafOf } from "../../domain/log/leaf.js";
import { type LoggedType, loggedTypes, unloggedTypes } from "../../domain/log/loggedTypes.js";
import {
  type EventStore,
  type RecordedEvent,
  versionOf,
} from "../../platform/eventStore/eventStore.js";
import { type Place, readToEnd } from "../../platform/eventStore/readToEnd.js";
import type { Log } from "../../platform/process/log.js";
import { PublicLogDiffersError } from "../../platform/publicLog/publicLogFiles.js";
import type { GrowingTree } from "./growTree.js";

export interface Growth {
  readonly tree: GrowingTree;
  /** The last event that the tree has seen; undefined where it begins anew. */
  readonly after: Place | undefined;
  /** What was signed last. A tree that begins anew has to come past it. */
  readonly signed: TreeHead | undefined;
}

interface Reading {
  readonly ledger: { readonly store: EventStore };
  readonly log: Log;
}

const logged: ReadonlySet<string> = new Set<LoggedType>(loggedTypes);
/** Left out where the store filters. What this software does not know is not. */
const besides = Object.keys(unloggedTypes);

/**
 * Appends every leaf up to the ledger's end as it is now, and returns the last event that was read.
 * @throws PublicLogDiffersError where the ledger ends before, or is not, what was signed; TooNewEventError
 *   for a type that this software does not know: it may be a leaf
 */
export async function growToEnd(
  { ledger, log }: Reading,
  { tree, after, signed }: Growth,
): Promise<Place | undefined> {
  const end = await readToEnd({
    store: ledger.store,
    log,
    after,
    allBut: besides,
    onEvent: async (event) => {
      if (!isKnown(event.type, versionOf(event))) throw tooNew(event);
      if (!logged.has(event.type)) return;
      await tree.append(leafOf(event));
      if (tree.size === signed?.size) refuseOther(tree, signed);
    },
  });
  if (signed !== undefined && tree.size < signed.size) throw tooShort(tree.size, signed.size);
  return end;
}

/** @throws PublicLogDiffersError */
function refuseOther(tree: GrowingTree, signed: TreeHead): void {
  if (tree.root().equals(signed.root)) return;
  throw new PublicLogDiffersError(
    `The first ${signed.size} entries of the ledger are not those that were signed. Nothing is signed.`,
  );
}

const tooShort = (size: number, signed: number) =>
  new PublicLogDiffersError(
    `The ledger has ${size} entries, and ${signed} were signed: it is an older copy. Nothing is signed.`,
  );

const tooNew = ({ type }: RecordedEvent) =>
  new TooNewEventError(
    `${type} was written by newer software, and may be a leaf of the public log.`,
  );
