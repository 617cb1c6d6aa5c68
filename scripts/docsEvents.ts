/** Writes docs/events from the schemas. See `usage`. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { eventCatalogue } from "./eventCatalogue.js";

const folder = "docs/events";
const usage = `Writes the catalogue of events in ${folder} from the schemas in domain.

  npm run docs:events
`;

const { values } = parseArgs({ options: { help: { type: "boolean", default: false } } });
if (values.help) console.log(usage);
else writeCatalogue();

function writeCatalogue(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = eventCatalogue();
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  console.log(`${folder}: ${files.size} files written.`);
}
