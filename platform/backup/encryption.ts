import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { Decrypter, Encrypter } from "age-encryption";
import { Refusal } from "../process/refusal.js";

export async function encrypted(plain: Readable, passphrase: string): Promise<Readable> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return fromWeb(await encrypter.encrypt(toWeb(plain)));
}

/** @throws Refusal */
export async function decrypted(source: Readable, passphrase: string): Promise<Readable> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return fromWeb(await decrypter.decrypt(toWeb(source)));
  } catch {
    throw new Refusal("This passphrase does not open the archive, or its beginning was altered.");
  }
}

/** The two kinds of streams are the same, but TypeScript has a type of its own for each. */
const toWeb = (stream: Readable) => Readable.toWeb(stream) as ReadableStream<Uint8Array>;
const fromWeb = (stream: ReadableStream<Uint8Array>) =>
  Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]);

const header = "age-encryption.org/";

/** @throws Refusal */
export async function isEncrypted(file: string): Promise<boolean> {
  const handle = await open(file).catch(() => {
    throw new Refusal(`There is no file ${file} that can be read.`);
  });
  try {
    const { buffer } = await handle.read(Buffer.alloc(header.length));
    return buffer.toString("latin1") === header;
  } finally {
    await handle.close();
  }
}
