import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { type Entry, entryBytesMax } from "./archiveForm.js";

const pageBytes = 4 * 1024 ** 2;
const compress = promisify(gzip);
const expand = promisify(gunzip);

/** Lines as entries of an archive, `NAME/000001.jsonl.gz` and so on, each of a few megabytes. */
export async function* entriesOfLines(
  name: string,
  lines: AsyncIterable<string>,
): AsyncGenerator<Entry> {
  let page: string[] = [];
  let bytes = 0;
  let number = 0;
  const entry = async (): Promise<Entry> => {
    number += 1;
    const text = page.map((line) => `${line}\n`).join("");
    page = [];
    bytes = 0;
    return {
      name: `${name}/${String(number).padStart(6, "0")}.jsonl.gz`,
      bytes: await compress(text),
    };
  };
  for await (const line of lines) {
    page.push(line);
    bytes += Buffer.byteLength(line);
    if (bytes >= pageBytes) yield await entry();
  }
  if (page.length > 0) yield await entry();
}

/** The lines of such an entry. */
export async function linesOfEntry({ bytes }: Entry): Promise<string[]> {
  const text = await expand(bytes, { maxOutputLength: entryBytesMax });
  return text.toString().split("\n").slice(0, -1);
}
