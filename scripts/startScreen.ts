import type { Demo } from "./demo.js";
import type { Installation, OwnServices } from "./supervisor/installation.js";

/** The one screen at the end of a start: where everything is, what to do next, how to stop. */
export function startScreen(
  { config, dataDir, own }: Installation,
  { seconds, demo }: { readonly seconds: number; readonly demo: Demo | undefined },
): string {
  const url = config.appUrl;
  const mails = own.mailCatcher
    ? `${dataDir}/mail   (one file each; the links are in logs/mailCatcher.log)`
    : `sent through ${config.mail.host}`;
  return `
OBSIDIAN Ledger runs (started in ${seconds.toFixed(1)} s)

  Server   ${url}
  Health   ${url}/health
  Mails    ${mails}
  Logs     ${dataDir}/logs
  Metrics  http://${config.metrics.host}:${config.metrics.port}/metrics${nodeLine(own, url)}

${demo === undefined ? nextSteps(url) : demoSteps(demo, dataDir)}

Stop with Ctrl-C. All data stays in ${dataDir}; npm start resumes from there.
`;
}

const nodeLine = ({ gpuNode }: OwnServices, url: string): string =>
  gpuNode === undefined
    ? `\n  Node     none here; ${url}/run-a-node shows how to run one`
    : `\n  Node     http://127.0.0.1:${gpuNode.port}/status`;

const nextSteps = (url: string): string => `Next
  1. Make an account:  POST ${url}/api/v1/auth/register   (${url}/docs shows how)
  2. Confirm it with the link in the mail, sign in, and make an API key
  3. Put ${url} and the key into the plugin's settings`;

const demoSteps = (demo: Demo, dataDir: string): string => `Demo user (also in ${dataDir}/demo.json)
  E-mail   ${demo.email}
  Password ${demo.password}
  API key  ${demo.apiKey}

Make a loop
  ${demoLines(demo)}`;

/** To paste into a terminal. */
const demoLines = ({ url, apiKey }: Demo): string =>
  `curl ${url}/api/v1/generate -H "X-API-Key: ${apiKey}" -H "Content-Type: application/json" \\
    -d '{"prompt":"dub techno, deep pad","bpm":124,"key":"F Aeolian"}' -o demo.wav`;
