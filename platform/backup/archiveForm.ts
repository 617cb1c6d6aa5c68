import { z } from "zod";
import { sha256Schema } from "../../domain/sha256.js";

/**
 * An archive is a tar file, under a passphrase encrypted as age does (scrypt, then ChaCha20-Poly1305 in
 * pieces of 64 KiB): `age -d FILE | tar x` opens it without this software. Its last entry names all
 * others with their digests, so one that was cut or altered shows before anything of it is used.
 */
export interface Entry {
  readonly name: string;
  readonly bytes: Buffer;
}

/** No entry is larger, so that only so much is in memory. */
export const entryBytesMax = 16 * 1024 ** 2;
const entriesMax = 100_000;
export const manifestName = "manifest.json";

export const manifestSchema = z.object({
  format: z.literal(1),
  about: z.unknown(),
  entries: z.array(z.object({ name: z.string(), sha256: sha256Schema })).max(entriesMax),
});
