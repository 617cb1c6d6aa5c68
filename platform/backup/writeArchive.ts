import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { sha256Hex } from "../ids.js";
import { Refusal } from "../process/refusal.js";
import { type Entry, manifestName } from "./archiveForm.js";
import { encrypted } from "./encryption.js";

export interface Written {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes an archive; it is there completely or not at all, and only its owner can read it. `about` is
 * asked once all entries were.
 * @throws Refusal when there is such a file
 */
export async function writeArchive(
  file: string,
  { passphrase, about }: { readonly passphrase: string | undefined; readonly about: () => object },
  entries: AsyncIterable<Entry>,
): Promise<Written> {
  const unfinished = `${file}.unfinished`;
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    await refuseExisting(file);
    const packing = pack();
    const plain = Readable.from(packing);
    const filling = fill(packing, entries, about);
    // Ends the reading too, which tells why.
    filling.catch((error: Error) => packing.destroy(error));
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    const source = passphrase === undefined ? plain : await encrypted(plain, passphrase);
    const target = createWriteStream(unfinished, { mode: 0o600, flush: true });
    await Promise.all([pipeline(source, counted, target), filling]);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return { bytes, sha256: hash.digest("hex") };
}

async function refuseExisting(file: string): Promise<void> {
  const found = await open(file).catch(() => undefined);
  await found?.close();
  if (found !== undefined) throw new Refusal(`${file} exists already: name another file.`);
}

async function fill(
  packing: Pack,
  entries: AsyncIterable<Entry>,
  about: () => object,
): Promise<void> {
  const listed: { name: string; sha256: string }[] = [];
  for await (const entry of entries) {
    await add(packing, entry);
    listed.push({ name: entry.name, sha256: sha256Hex(entry.bytes) });
  }
  const manifest = { format: 1, about: about(), entries: listed };
  await add(packing, { name: manifestName, bytes: Buffer.from(JSON.stringify(manifest)) });
  packing.finalize();
}

/** Resolves once it is taken, so that no more is asked for than the disk takes. */
const add = (packing: Pack, { name, bytes }: Entry): Promise<void> =>
  new Promise((resolve, reject) => {
    const sink = packing.entry({ name, size: bytes.length, mode: 0o600 }, (error) =>
      error ? reject(error) : resolve(),
    );
    sink.end(bytes);
  });
