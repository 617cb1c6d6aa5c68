import { createHash } from "node:crypto";
import { Html, html } from "../platform/html.js";
import type { NodeStatus } from "./node.js";
import { loopsOf, skippedLines } from "./sentences.js";

const refreshSeconds = 5;

const style = `
:root { color-scheme: dark; font: 16px/1.6 system-ui, sans-serif; }
body { margin: 0; background: #0d0e12; color: #e8e6e1; }
main { max-width: 42rem; margin: 0 auto; padding: 3rem 1.5rem; }
dl { display: grid; grid-template-columns: 10rem 1fr; gap: 0.4rem 1rem; margin: 0; }
dt { color: #9a97a5; }
dd { margin: 0; overflow-wrap: anywhere; }
.fault { color: #ff9d8a; }
`;

/** Nothing but this one style: what a server wrote can't do anything in the page. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256")
  .update(style)
  .digest("base64")}'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'`;

const states: Readonly<Record<NodeStatus["state"], string>> = {
  starting: "Starting: not registered with the server yet",
  idle: "Idle: waits for work",
  busy: "Makes a loop",
  draining: "Finishes its work, then ends",
  unreachable: "The server can't be reached, or refuses",
  displaced: "Another machine works with this node's key",
};

/** `/status` for people; looks again by itself. */
export function statusPage(status: NodeStatus): string {
  const { job, state } = status;
  const progress = job === undefined ? "" : ` (${Math.round(100 * job.progress)} %)`;
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="refresh" content="${String(refreshSeconds)}" />
    <title>${states[state]} · OBSIDIAN node</title>
    <style>${new Html(style)}</style>
  </head>
  <body>
    <main>
      <h1>${states[state]}${progress}</h1>
      ${warning(status.notice)}
      <dl>${listOf(rowsOf(status))}</dl>
    </main>
  </body>
</html>
`.text;
}

const warning = (notice: string | null): Html =>
  notice === null ? html`` : html`<p class="fault">${notice}</p>`;

const listOf = (rows: ReturnType<typeof rowsOf>): Html =>
  new Html(rows.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`.text).join(""));

function rowsOf(status: NodeStatus): readonly (readonly [name: string, text: string])[] {
  const { limits, total, skipped, lastError } = status;
  return [
    ["Server", status.server],
    ["Worker", status.workerId ?? "not registered yet"],
    [
      "Since ever",
      total === null ? "the server does not say" : `${loopsOf(total.jobs)}, ${total.units} units`,
    ],
    ["Since this start", `${loopsOf(status.completed)} accepted, ${status.refused} not`],
    ["Lends", limitsLine(status)],
    ["Stems", limits.stems.join(", ") || "none"],
    ["Engine", `${status.engine} (${status.models.join(", ")}), version ${status.softwareVersion}`],
    ...(status.restsUntil === null ? [] : [["Rests until", status.restsUntil] as const]),
    ["Not for this node", skipped === null ? "nothing so far" : skippedLine(skipped)],
    [
      "Last error",
      lastError === null ? "none since this start" : `${lastError.at}: ${lastError.message}`,
    ],
  ];
}

const limitsLine = ({ limits }: NodeStatus): string =>
  `up to ${limits.audioSecondsMax} s, up to ${limits.sampleRateMax} Hz`;
const skippedLine = ({ at, reasons }: NonNullable<NodeStatus["skipped"]>): string =>
  `${at}: ${skippedLines(reasons).join("; ")}`;
