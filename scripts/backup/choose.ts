import { statSync } from "node:fs";
import { z } from "zod";
import type { Instant } from "../../domain/time.js";
import { isEncrypted } from "../../platform/backup/encryption.js";
import {
  type Archive,
  checkArchive,
  type Digests,
  readArchive,
} from "../../platform/backup/readArchive.js";
import type { Environment } from "../../platform/config/environment.js";
import { parseJson } from "../../platform/parseJson.js";
import { Refusal } from "../../platform/process/refusal.js";
import { readErasureList } from "../../platform/vault/erasureList.js";
import { startProgress } from "../progress.js";
import { type About, readAbout } from "./about.js";
import { settingsEntry } from "./parts.js";
import { readPassphrase } from "./readPassphrase.js";

/**
 * Reads all of the list before anything is filled.
 * @throws Refusal when none is named, and it is not said that there is none; or when it is no such list
 */
export async function chooseErasures({
  erasures,
  "without-erasures": isWithout,
}: {
  readonly erasures?: string | undefined;
  readonly "without-erasures": boolean;
}): Promise<ReadonlyMap<string, Instant>> {
  if (erasures !== undefined) return readErasureList(erasures);
  if (isWithout) return new Map();
  throw new Refusal(
    "Name the list of the erased with --erasures LIST, or say --without-erasures. See --help.",
  );
}

/** @throws Refusal */
export async function chooseArchive(
  file: string | undefined,
  passphraseFile: string | undefined,
): Promise<Archive> {
  if (file === undefined) throw new Refusal("Name the archive. See --help.");
  const passphrase = readPassphrase(passphraseFile);
  if (!(await isEncrypted(file))) return { file, passphrase: undefined };
  if (passphrase !== undefined) return { file, passphrase };
  throw new Refusal(`${file} is encrypted: name its passphrase with --passphrase-file FILE.`);
}

export interface Checked {
  readonly about: About;
  readonly sha256: string;
  readonly digests: Digests;
}

/** Reads all of it before anything of it is used. @throws Refusal */
export async function check(archive: Archive): Promise<Checked> {
  const { size } = statSync(archive.file);
  const progress = startProgress("checking", size);
  try {
    const checked = await checkArchive(archive, (bytes) => progress.update(bytes));
    return { ...checked, about: readAbout(checked.about) };
  } finally {
    progress.stop();
  }
}

const settingsSchema = z.looseObject({ APP_SECRET: z.string(), JWT_SECRET: z.string() });

export async function readSettings(archive: Archive, digests: Digests): Promise<Environment> {
  for await (const { name, bytes } of readArchive(archive, digests)) {
    if (name !== settingsEntry) continue;
    const { data } = settingsSchema.safeParse(parseJson(bytes.toString()));
    if (data !== undefined) return z.record(z.string(), z.string()).parse(data);
  }
  throw new Refusal("The archive holds no settings, and without its APP_SECRET it can't be read.");
}
