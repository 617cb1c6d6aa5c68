import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { html } from "../../platform/html.js";
import type { AppDependencies } from "../dependencies.js";
import { page } from "./page.js";

const isHere = (appUrl: string): boolean =>
  ["localhost", "127.0.0.1", "[::1]"].includes(new URL(appUrl).hostname);
const isPlain = (appUrl: string): boolean => appUrl.startsWith("http://") && !isHere(appUrl);

/** Over http between machines whoever sits on the way can read and change everything: said aloud. */
const settingsOf = (appUrl: string): readonly string[] => [
  `OBSIDIAN_SERVER_URL=${appUrl}`,
  ...(isPlain(appUrl) ? ["OBSIDIAN_SERVER_INSECURE=yes"] : []),
];

const onNode = (appUrl: string): string =>
  [...settingsOf(appUrl), "node scripts/bootstrap.mjs gpu-node/main.ts"].join(" \\\n  ");

const inContainer = (appUrl: string): string =>
  [
    "docker build -f deploy/gpu-node.Dockerfile -t obsidian-gpu-node .\ndocker run --init --restart unless-stopped",
    ...settingsOf(appUrl).map((setting) => `-e ${setting}`),
    "-v obsidian-node:/var/lib/obsidian-node obsidian-gpu-node",
  ].join(" \\\n  ");

const onlyHere = html`<p class="fault">
  This server calls itself by an address that only its own machine can reach. For nodes on other
  machines, whoever runs it has to set HOST and APP_URL to an address that they can reach.
</p>`;

const steps = (appUrl: string) => html`<h1>
  Run a node<small>Your machine makes loops for producers who wait for one.</small>
</h1>
${isHere(appUrl) ? onlyHere : html``}
<p>
  A node dials out only: no port has to be opened, and it needs no account. It gets the text of one
  prompt at a time, and nothing about who asked. The built-in synth runs on any processor.
</p>
<p>1. Get the sources of OBSIDIAN Ledger onto that machine, in the version that runs here.</p>
<p>2. With Node 20.19 or newer, in their folder:</p>
<pre><code>${onNode(appUrl)}</code></pre>
<p>Or with Docker:</p>
<pre><code>${inContainer(appUrl)}</code></pre>
<p>
  3. It says <code>Registered with ${appUrl} as worker …</code>. From then on,
  <code>http://127.0.0.1:8001/status</code> on that machine shows what it does, what it has made, and
  why it gets no work, if it gets none; <a href="/api/v1/workers/status">who is online</a> names it here.
</p>
<p>
  Each machine makes a key of its own at its first start (<code>node-key.pem</code> in its data
  folder). Keep it: it is what this node is known by. Never copy it to a second machine, since one key
  works in one place at a time.
</p>`;

/** Leads from another machine to a working node of this server. */
export const runNodePage: FastifyPluginAsyncZod<AppDependencies> = async (app, { appUrl }) => {
  app.get("/run-a-node", { schema: { hide: true } }, async (_request, reply) =>
    reply.type("text/html").send(page("Run a node", steps(appUrl))),
  );
};
