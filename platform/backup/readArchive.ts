import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { sha256Hex } from "../ids.js";
import { parseJson } from "../parseJson.js";
import { Refusal } from "../process/refusal.js";
import { type Entry, entryBytesMax, manifestName, manifestSchema } from "./archiveForm.js";
import { decrypted } from "./encryption.js";

export interface Archive {
  readonly file: string;
  readonly passphrase: string | undefined;
}

const altered = "It was cut or altered: nothing of it was used. Take another backup.";

/** What a whole archive says of itself, and the digest of its file. @throws Refusal */
export async function checkArchive(
  archive: Archive,
  onBytes: (bytes: number) => void,
): Promise<{ readonly about: unknown; readonly sha256: string; readonly digests: Digests }> {
  const hash = createHash("sha256");
  const digests = new Map<string, string>();
  let manifest: unknown;
  try {
    for await (const { name, bytes } of entriesOf(archive, { hash, onBytes })) {
      if (manifest !== undefined) throw new Refusal(`${archive.file}: ${altered}`);
      if (name === manifestName) manifest = parseJson(bytes.toString());
      else digests.set(name, sha256Hex(bytes));
    }
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(`${archive.file}: ${altered}`);
  }
  const { data } = manifestSchema.safeParse(manifest);
  const isWhole =
    data?.entries.length === digests.size &&
    data.entries.every(({ name, sha256 }) => digests.get(name) === sha256);
  if (!isWhole) throw new Refusal(`${archive.file}: ${altered}`);
  return { about: data.about, sha256: hash.digest("hex"), digests };
}

export type Digests = ReadonlyMap<string, string>;

/** The entries of an archive that was checked, each the same as then. @throws Refusal */
export async function* readArchive(archive: Archive, digests: Digests): AsyncGenerator<Entry> {
  for await (const entry of entriesOf(archive)) {
    if (entry.name === manifestName) return;
    if (digests.get(entry.name) !== sha256Hex(entry.bytes)) {
      throw new Refusal(`${archive.file} was altered while it was read.`);
    }
    yield entry;
  }
}

interface Watching {
  readonly hash: Hash;
  readonly onBytes: (bytes: number) => void;
}

async function* entriesOf(
  { file, passphrase }: Archive,
  watching?: Watching,
): AsyncGenerator<Entry> {
  let bytes = 0;
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      watching?.hash.update(chunk);
      bytes += chunk.length;
      watching?.onBytes(bytes);
      done(null, chunk);
    },
  });
  const source = createReadStream(file);
  // What fails here fails the reading below, too.
  const reading = pipeline(source, watch).catch(() => undefined);
  const plain = passphrase === undefined ? watch : await decrypted(watch, passphrase);
  const extracting = extract();
  const unpacking = pipeline(plain, extracting);
  unpacking.catch(() => undefined);
  try {
    for await (const entry of extracting) {
      yield { name: entry.header.name, bytes: await collect(entry) };
    }
    await unpacking;
  } finally {
    source.destroy();
    await reading;
  }
}

async function collect(entry: AsyncIterable<unknown>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of entry) {
    if (!(piece instanceof Uint8Array)) throw new TypeError("An entry holds no bytes.");
    bytes += piece.length;
    if (bytes > entryBytesMax) throw new RangeError("An entry of the archive is too large.");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
