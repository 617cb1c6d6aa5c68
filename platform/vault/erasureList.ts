import { appendFile, readFile } from "node:fs/promises";
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

/**
 * People by id, each once, with when they were erased first. A crash may have left a piece of a line.
 * @throws Refusal when it can't be read, or holds anything else
 */
export async function readErasureList(file: string): Promise<ReadonlyMap<string, Instant>> {
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw new Refusal(`The list of the erased can't be read: ${error.message}`);
  });
  const people = new Map<string, Instant>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [personId, erasedAt, ...rest] = line.split(" ");
    const { data } = erasureSchema.safeParse({ personId, erasedAt });
    if (data !== undefined && rest.length === 0) {
      if (!people.has(data.personId)) people.set(data.personId, data.erasedAt);
    } else if (!isPiece(line)) {
      throw new Refusal(`${file} is no list of the erased: see its line ${index + 1}.`);
    }
  }
  return people;
}

const erasureSchema = z.object({ personId: z.uuid().toLowerCase(), erasedAt: instantSchema });

const shapeOfLine = "00000000-0000-0000-0000-000000000000 0000-00-00T00:00:00.000Z";

const isPiece = (line: string): boolean =>
  line.length < shapeOfLine.length && shapeOfLine.startsWith(line.replace(/[\da-f]/gi, "0"));
