import { fileURLToPath } from "node:url";

/**
 * Every process runs in this folder, so paths in settings are relative to it. No slash at the end. A
 * bundle lies as deep as this file: `.build/NAME/start.js`.
 */
export const projectRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");
