import { createReadStream } from "node:fs";
import { appendFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { z } from "zod";
import { type Instant, instantSchema } from "../../domain/time.js";
import { Refusal } from "../process/refusal.js";

/**
 * Who was erased, and when: ids only, one line each, in a file apart from the vault. A backup from before
 * still has the keys of these people; a restore destroys them before anything is started.
 */
export interface ErasureList {
  /** Durable once it resolves. The same person may be named several times. */
  add(personId: string, at: Instant): Promise<void>;
}

/** @throws Refusal when the file can't be written */
export async function openErasureList(file: string): Promise<ErasureList> {
  const write = (text: string) => appendFile(file, text, { mode: 0o600, flush: true });
  await write("").catch((error: Error) => {
    throw new Refusal(`ERASURES_FILE: ${error.message}`);
  });
  return {
    // What a crash left of a line before it stays a line of its own.
    add: (personId, at) => write(`\n${personId} ${at}\n`),
  };
}

export interface ListedErasure {
  readonly personId: string;
  readonly erasedAt: Instant;
}

/** A line that was cut off was not followed by an erasure, so it is passed over. */
export async function* readErasureList(file: string): AsyncGenerator<ListedErasure> {
  const lines = createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    const [personId, erasedAt] = line.split(" ");
    const { data } = erasureSchema.safeParse({ personId, erasedAt });
    if (data !== undefined) yield data;
  }
}

const erasureSchema = z.object({ personId: z.uuid(), erasedAt: instantSchema });
