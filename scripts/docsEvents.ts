/**
 * Writes docs/events from the schemas.
 *
 *   npm run docs:events
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventCatalogue } from "./eventCatalogue.js";

const folder = "docs/events";
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const files = eventCatalogue();
for (const [name, text] of files) writeFileSync(join(folder, name), text);
console.log(`${folder}: ${files.size} files written.`);
