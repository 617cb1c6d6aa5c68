import { checkpointDecider } from "../../domain/checkpoint/decider.js";
import { checkpointText, readCheckpoint } from "../../domain/log/checkpoint.js";
import type { TreeHead } from "../../domain/log/consistency.js";
import { decodeNote } from "../../domain/log/signedNote.js";
import { type Instant, monthOf, previousMonth } from "../../domain/time.js";
import type { RecordedEvent } from "../../platform/eventStore/eventStore.js";
import type { Log } from "../../platform/process/log.js";
import type { CheckpointSigner, Remembered } from "../../platform/publicLog/checkpointSigner.js";
import {
  checkpointPath,
  PublicLogDiffersError,
  type PublicLogFiles,
} from "../../platform/publicLog/publicLogFiles.js";
import { contextOf } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";
import { type Growth, growToEnd } from "./growToEnd.js";
import { GrowingTree } from "./growTree.js";

export interface Signing {
  readonly ledger: Ledger;
  readonly files: PublicLogFiles;
  readonly signer: CheckpointSigner;
  readonly log: Log;
}

/**
 * Takes all of the ledger into the public log that came since the last time, and signs it. A log that is
 * not what was signed before, only longer, is not signed: it may be an older copy that was restored.
 * Before anything is published the signer has it in its own memory; a run that died on the way is gone
 * on with by the next.
 * @throws PublicLogDiffersError, TooNewEventError
 */
export async function signCheckpoint(deps: Signing, at: Instant): Promise<TreeHead> {
  const { files, signer } = deps;
  const last = await signer.recall();
  await refuseForgotten(deps, last, at);
  const growth = await growthFrom(deps, last);
  const readTo = await growToEnd(deps, growth);
  const head = await growth.tree.keep();
  if (readTo === undefined) return head;
  const { origin } = signer;
  const { note, signature } = signer.sign(checkpointText({ ...head, origin, extensions: [] }));
  const { id, position } = readTo;
  const root = head.root.toString("hex");
  await signer.remember({ origin, size: head.size, root, readTo: { id, position: `${position}` } });
  await record(deps, { ...head, signature, readTo: id }, at);
  await files.publish(note);
  return head;
}

/** The files, where they are what was signed and the ledger still has what was read; else all anew. */
async function growthFrom(
  { ledger, files }: Signing,
  last: Remembered | undefined,
): Promise<Growth> {
  if (last === undefined)
    return { tree: GrowingTree.empty(files, 0), after: undefined, signed: undefined };
  const signed = { size: last.size, root: Buffer.from(last.root, "hex") };
  const after = { id: last.readTo.id, position: BigInt(last.readTo.position) };
  const found: RecordedEvent | undefined = await ledger.store.readAt(after.position);
  // Positions change when a log is copied, a restored one may have none of this event, and the folder may be new.
  const tree = found?.id === after.id ? await GrowingTree.from(files, signed) : undefined;
  if (tree !== undefined) return { tree, after, signed };
  return { tree: GrowingTree.empty(files, signed.size), after: undefined, signed };
}

/** @throws PublicLogDiffersError when others know of a later signature than the signer does */
async function refuseForgotten(
  { ledger, files, signer }: Signing,
  last: Remembered | undefined,
  at: Instant,
): Promise<void> {
  if (last !== undefined && last.origin !== signer.origin) {
    throw new PublicLogDiffersError(
      `The signer's memory is of ${last.origin}, and LEDGER_ORIGIN says ${signer.origin}.`,
    );
  }
  const known = last?.size ?? 0;
  const published = await publishedHead(files);
  const recorded = await lastRecorded(ledger, at);
  const later = [published?.size, recorded].find((size) => size !== undefined && size > known);
  if (later === undefined && (last !== undefined || recorded === undefined)) return;
  throw new PublicLogDiffersError(
    `A checkpoint of ${later ?? recorded} entries was signed, and the signer remembers ${known}. ` +
      "Put its memory back, the file beside CHECKPOINT_KEY_FILE.",
  );
}

async function publishedHead(files: PublicLogFiles): Promise<TreeHead | undefined> {
  const note = decodeNote((await files.read(checkpointPath))?.toString() ?? "");
  return note && readCheckpoint(note.text);
}

/** Entries of the newest checkpoint that the ledger knows of this month or the last. */
async function lastRecorded({ store }: Ledger, at: Instant): Promise<number | undefined> {
  for (const month of [monthOf(at), previousMonth(monthOf(at))]) {
    const { state } = await load(store, checkpointDecider, { month });
    if (state !== undefined) return state.size;
  }
  return undefined;
}

async function record(
  { ledger, signer }: Signing,
  signed: TreeHead & { readonly signature: Buffer; readonly readTo: string },
  at: Instant,
): Promise<void> {
  const command = {
    type: "RecordCheckpoint" as const,
    month: monthOf(at),
    origin: signer.origin,
    size: signed.size,
    root: signed.root.toString("base64"),
    signature: signed.signature.toString("base64"),
    readTo: signed.readTo,
    at,
  };
  await handle(ledger, checkpointDecider, command, contextOf({ actor: "scheduler", at }));
}
