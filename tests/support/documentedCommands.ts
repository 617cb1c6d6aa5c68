import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A command that a document shows, and the options that the same line explains. */
export interface DocumentedCommand {
  readonly document: string;
  readonly command: string;
  readonly options: readonly string[];
}

const programs = /^((npm|npx|node|git|docker|curl|openssl) |\.ci\/run)/;

/** `sh` holds commands, `console` commands after `$ ` with what they print. */
const otherLanguages = ["text", "env"];

/** Every page in Markdown, and the file that describes the settings. */
function documents(): string[] {
  const folders = readdirSync(".", { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules",
  );
  const inFolders = folders.flatMap(({ name }) =>
    readdirSync(name, { recursive: true, encoding: "utf8" }).map((path) => join(name, path)),
  );
  const pages = [...readdirSync("."), ...inFolders].filter((path) => path.endsWith(".md"));
  return [...pages.sort(), ".env.example"];
}

export function documentedCommands(): DocumentedCommand[] {
  return documents().flatMap((document) => {
    const text = readFileSync(document, "utf8");
    // The parts at odd places are the blocks between two fences.
    const parts = text.split(/^```/m);
    return parts.flatMap((part, index) =>
      (index % 2 === 1 ? inBlock(document, part) : inProse(part)).map((found) => ({
        document,
        ...found,
      })),
    );
  });
}

type Found = Omit<DocumentedCommand, "document">;

/** @throws when a block does not say what it holds: its commands would be missed */
function inBlock(document: string, block: string): Found[] {
  const [language = "", ...lines] = block.split("\n");
  const text = lines.join("\n").trim();
  if (language === "sh") return [{ command: text, options: [] }];
  if (language === "console") {
    const shown = [...text.matchAll(/^\$ ((?:.*\\\n)*.*)$/gm)];
    return shown.map(([, command = ""]) => ({ command, options: [] }));
  }
  if (otherLanguages.includes(language)) return [];
  throw new Error(`${document} has a block whose fence says "${language}", not what it holds.`);
}

function inProse(text: string): Found[] {
  return text.split("\n").flatMap((line) => {
    const quoted = [...line.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
    const options = quoted.filter((code) => code.startsWith("--"));
    const commands = quoted.filter((code) => programs.test(code));
    return commands.map((command) => ({ command, options }));
  });
}
