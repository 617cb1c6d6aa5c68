import { existsSync, readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { githubColumns, readGithubLine } from "../../domain/statements/githubExport.js";
import { type Decimals, ownColumns, readOwnLine } from "../../domain/statements/ownColumns.js";
import type { ReadRow } from "../../domain/statements/statementRow.js";
import { Refusal } from "../../platform/process/refusal.js";

interface Format {
  readonly name: string;
  readonly columns: readonly string[];
  readonly read: (record: unknown, line: number, decimals: Decimals) => ReadRow;
}

const formats: readonly Format[] = [
  { name: "GitHub Sponsors", columns: githubColumns, read: readGithubLine },
  { name: "our own columns", columns: ownColumns, read: readOwnLine },
];
const linesMax = 200_000;

/** @throws Refusal for a file that is none of the formats we know */
export function readStatement(
  file: string,
  decimals: Decimals,
): { format: string; rows: readonly ReadRow[] } {
  if (!existsSync(file)) throw new Refusal(`There is no file ${file}.`);
  const records = readRecords(file);
  const names = Object.keys(records[0]?.record ?? {});
  const format = formats.find(({ columns }) => columns.every((each) => names.includes(each)));
  if (format === undefined) {
    const known = formats.map(({ name, columns }) => `${name}: ${columns.join(", ")}`).join("\n  ");
    throw new Refusal(`The first line must name the columns of one of these formats:\n  ${known}`);
  }
  const rows = records.map(({ record, info }) => format.read(record, info.lines, decimals));
  return { format: format.name, rows };
}

interface Parsed {
  readonly record: Record<string, string>;
  readonly info: { readonly lines: number };
}

function readRecords(file: string): Parsed[] {
  try {
    const options = { columns: distinct, bom: true, trim: true, info: true, to: linesMax + 1 };
    const record_delimiter = ["\r\n", "\n", "\r"];
    const parsing = { ...options, record_delimiter, skip_empty_lines: true };
    const records = parse(readText(file), parsing) as unknown as Parsed[];
    if (records.length <= linesMax) return records;
    throw new Error(`it has more than ${linesMax} lines`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it can't be read";
    throw new Refusal(`${file} is no CSV file that can be read: ${reason}`);
  }
}

/** The parser would take the last of two columns with one name. */
function distinct(names: readonly string[]): string[] {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two of its columns are called ${twice}`);
  return [...names];
}

/** UTF-8, or UTF-16 as spreadsheets write it, which begins with its mark. Guessing would change names. */
function readText(file: string): string {
  const bytes = readFileSync(file);
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("its letters are not in UTF-8. Save it as UTF-8 first");
  }
}
