import { generateKeyPairSync } from "node:crypto";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readNodeKey } from "../platform/keys/nodeSignatures.js";
import { Refusal } from "../platform/process/refusal.js";

/** The key that makes this machine the same node for ever. Whoever has it can earn as this node. */
export type Identity = ReturnType<typeof readNodeKey>;

const othersMayRead = 0o077;

/** Made at the first start. @throws Refusal when others on this machine can read it, or it is no key */
export async function loadIdentity(dataDir: string): Promise<Identity> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = keyFileIn(dataDir);
  return readKey(file, (await readPrivate(file)) ?? (await makeKey(file)));
}

/** Undefined where there is none yet. @throws Refusal when others on this machine can read it, or it is no key */
export async function readIdentity(dataDir: string): Promise<Identity | undefined> {
  const file = keyFileIn(dataDir);
  const pem = await readPrivate(file);
  return pem === undefined ? undefined : readKey(file, pem);
}

const keyFileIn = (dataDir: string): string => join(dataDir, "node-key.pem");

function readKey(file: string, pem: string): Identity {
  try {
    return readNodeKey(pem);
  } catch {
    throw new Refusal(
      `${file} does not hold this node's key (Ed25519, PEM). Restore it; or move it away, and the next start makes a new one, as another node.`,
    );
  }
}

async function readPrivate(file: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(file);
    if ((mode & othersMayRead) !== 0) {
      throw new Refusal(
        `Other users can read ${file}, this node's key. Close it: chmod 600 ${file}`,
      );
    }
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function makeKey(file: string): Promise<string> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  // Never over a key that is there: losing it would make this another node.
  await writeFile(file, pem, { mode: 0o600, flag: "wx" });
  await chmod(file, 0o600);
  return pem;
}
