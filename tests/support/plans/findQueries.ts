import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folders = ["api", "commands", "platform", "projections", "scripts", "workers"];
/** Kysely's, and SQL of our own. What only inserts reads nothing. */
const asks = /\.(selectFrom|updateTable|deleteFrom)\(|\bSELECT\b|\bDELETE FROM\b|\bUPDATE \w/;
const declaration = /^(export )?(?:async )?(?:function\*?|const|let|class) (\w+)/;
const comments = /^\s*(\/?\*|\/\/).*$/gm;

/**
 * Every function, constant or class that makes a query: "file name". One that its file keeps to
 * itself is named by those that use it.
 */
export function findQueries(): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .flatMap((name) => {
        const file = join(folder, name);
        return queriesIn(readFileSync(file, "utf8")).map((query) => `${file} ${query}`);
      }),
  );
}

interface Section {
  readonly isExported: boolean;
  readonly text: string;
}

function queriesIn(source: string): string[] {
  const sections = sectionsOf(source.replaceAll(comments, "").replaceAll("KEY UPDATE", ""));
  const found = new Set(
    [...sections].filter(([, { text }]) => asks.test(text)).map(([name]) => name),
  );
  // A Set that grows while it is read is read to its end.
  for (const name of found) {
    if (sections.get(name)?.isExported === true) continue;
    const word = new RegExp(`\\b${name}\\b`);
    const users = [...sections].filter(([user, { text }]) => user !== name && word.test(text));
    for (const [user] of users) found.add(user);
    if (users.length > 0) found.delete(name);
  }
  return [...found];
}

/** The top-level declarations of a file by name, each up to the next. */
function sectionsOf(source: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  let name = "";
  for (const line of source.split("\n")) {
    const start = declaration.exec(line);
    name = start?.[2] ?? name;
    const { isExported = start?.[1] !== undefined, text = "" } = sections.get(name) ?? {};
    sections.set(name, { isExported, text: `${text}${line}\n` });
  }
  return sections;
}
