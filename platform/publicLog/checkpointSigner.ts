import { sign } from "node:crypto";
import { z } from "zod";
import { encodeNote, encodeNoteKey, keyIdOf, type NoteKey } from "../../domain/log/signedNote.js";
import { loadSigningKey } from "../keys/signingKeys.js";
import { parseJson } from "../parseJson.js";
import { Refusal } from "../process/refusal.js";
import { PublicLogDiffersError, readIfThere, writeDurably } from "./publicLogFiles.js";

/** What the signer remembers of its last signature, outside of the store: a restored store can't change it. */
const rememberedSchema = z.object({
  origin: z.string(),
  size: z.int().min(0),
  /** Hex. */
  root: z.hex().length(64),
  /** The last event that was read: its id, and its place in `$all`. */
  readTo: z.object({ id: z.uuid(), position: z.string().regex(/^\d{1,20}$/) }),
});
export type Remembered = z.infer<typeof rememberedSchema>;

/** Signs checkpoints of one log, and remembers the last. */
export interface CheckpointSigner {
  readonly kid: string;
  readonly x: string;
  readonly origin: string;
  /** How others name the key, to verify what it signed: C2SP signed-note. */
  readonly verifierKey: string;
  sign(text: string): { readonly note: string; readonly signature: Buffer };
  /** Undefined before the first signature. @throws Refusal when the file is not what was written */
  recall(): Promise<Remembered | undefined>;
  /**
   * Resolves when it is on the disk: nothing is published that could be forgotten.
   * @throws PublicLogDiffersError when it remembers a larger tree: another run was quicker
   */
  remember(last: Remembered): Promise<void>;
}

/** Where the signer with this key remembers. */
export const memoryFileOf = (keyFile: string): string => `${keyFile}.last.json`;

/** The memory lies beside the key: who copies a key to another machine copies it too. @throws Refusal */
export async function createCheckpointSigner(
  keyFile: string,
  origin: string,
): Promise<CheckpointSigner> {
  const { privateKey, x, kid } = await loadSigningKey(keyFile);
  const key: NoteKey = { name: origin, kind: "ed25519", publicKey: Buffer.from(x, "base64url") };
  const memoryFile = memoryFileOf(keyFile);
  return {
    kid,
    x,
    origin,
    verifierKey: encodeNoteKey(key),
    sign(text) {
      const signature = sign(null, Buffer.from(text), privateKey);
      const signatures = [{ name: origin, keyId: keyIdOf(key), signature }];
      return { note: encodeNote({ text, signatures }), signature };
    },
    recall: () => recall(memoryFile),
    async remember(last) {
      const known = await recall(memoryFile);
      if (known !== undefined && known.size > last.size) {
        throw new PublicLogDiffersError(
          `A tree of ${known.size} was signed meanwhile; that of ${last.size} is not.`,
        );
      }
      await writeDurably(memoryFile, Buffer.from(`${JSON.stringify(last)}\n`));
    },
  };
}

/** @throws Refusal */
async function recall(memoryFile: string): Promise<Remembered | undefined> {
  const bytes = await readIfThere(memoryFile);
  if (bytes === undefined) return undefined;
  const read = rememberedSchema.safeParse(parseJson(bytes.toString()));
  if (read.success) return read.data;
  throw new Refusal(`${memoryFile} is not as it was written. Put it back from where it was kept.`);
}
