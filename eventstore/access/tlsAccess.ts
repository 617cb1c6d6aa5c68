import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { assertPrivate } from "../storage/dataFolder.js";
import { writeWhole } from "../storage/durableFiles.js";
import type { Certificate } from "./certificate.js";

/** What a store shows to prove itself, and what it asks of its clients. */
export interface TlsAccess extends Certificate {
  readonly user: string;
  readonly password: string;
  /** Of the certificate, by which clients know the store. */
  readonly file: string;
}

const user = "obsidian";
const passwordBytes = 32;

/**
 * The certificate, key and password in a folder, made where they are missing. An operator may put
 * others in their place: the store reads them as it starts. @throws DataFolderError
 */
export async function openTlsAccess(folder: string): Promise<TlsAccess> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  assertPrivate(folder);
  const file = join(resolve(folder), "certificate.pem");
  const [keyFile, passwordFile] = [join(folder, "key.pem"), join(folder, "password")];
  if (!existsSync(file) || !existsSync(keyFile)) {
    const { makeCertificate } = await import("./certificate.js"); // Nobody else needs so much code.
    const made = makeCertificate(new Date());
    writeWhole(keyFile, made.key);
    writeWhole(file, made.certificate);
  }
  if (!existsSync(passwordFile)) {
    writeWhole(passwordFile, `${randomBytes(passwordBytes).toString("base64url")}\n`);
  }
  const [certificate, key] = [file, keyFile].map((path) => readFileSync(path, "utf8"));
  const password = readFileSync(passwordFile, "utf8").trim();
  return { certificate: certificate ?? "", key: key ?? "", user, password, file };
}

/** The address with which a client is let in. TLS wants a name, not a number. */
export function tlsUrl(port: number, { user, password, file }: TlsAccess): string {
  const login = `${user}:${encodeURIComponent(password)}`;
  return `esdb://${login}@localhost:${port}?tls=true&tlsCAFile=${encodeURIComponent(file)}`;
}
