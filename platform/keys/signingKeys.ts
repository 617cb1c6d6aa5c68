import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { link, mkdir, open, readFile, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { calculateJwkThumbprint } from "jose";
import { newId } from "../ids.js";
import { Refusal } from "../process/refusal.js";

/** An Ed25519 key pair of the server's own. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** Public key, RFC 8037: 32 bytes, base64url. */
  readonly x: string;
  /** RFC 7638 thumbprint: the key's name. */
  readonly kid: string;
}

const groupAndOthers = 0o077;
const writableByOthers = 0o022;

/**
 * Reads the key from its PEM file (PKCS #8), or makes both once. Several processes may start at the
 * same moment: one makes the key, all get the same.
 * @throws Refusal when others could read or replace the file, or it holds something else
 */
export async function loadSigningKey(file: string): Promise<SigningKey> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await refuseMode(dirname(file), writableByOthers, "chmod go-w");
  const pem = (await readKeyFile(file)) ?? (await createKeyFile(file));
  return signingKeyOf(pem, file);
}

async function readKeyFile(file: string): Promise<string | undefined> {
  try {
    await refuseMode(file, groupAndOthers, "chmod 600");
    return await readFile(file, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Written aside and linked: the name appears with the whole key behind it, or not at all. */
async function createKeyFile(file: string): Promise<string> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const aside = `${file}.${newId()}`;
  await writeSecret(aside, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  try {
    await link(aside, file);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  } finally {
    await unlink(aside);
  }
  return readFile(file, "utf8");
}

async function writeSecret(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function refuseMode(path: string, forbidden: number, remedy: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & forbidden) === 0) return;
  throw new Refusal(`Other users can read a signing key. Close it to them: ${remedy} ${path}`);
}

async function signingKeyOf(pem: string, file: string): Promise<SigningKey> {
  const privateKey = readPem(pem);
  const { x } =
    privateKey === undefined ? {} : createPublicKey(privateKey).export({ format: "jwk" });
  if (privateKey?.asymmetricKeyType !== "ed25519" || x === undefined) {
    throw new Refusal(`${file} holds no Ed25519 private key in PEM form (PKCS #8).`);
  }
  return { privateKey, x, kid: await calculateJwkThumbprint({ kty: "OKP", crv: "Ed25519", x }) };
}

function readPem(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined; // OpenSSL's own message would name neither the file nor the remedy.
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
