import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { html } from "../../platform/html.js";
import type { AppDependencies } from "../dependencies.js";
import { page } from "./page.js";
import { styleSheet } from "./style.js";

const example = (appUrl: string): string => `curl ${appUrl}/api/v1/generate \\
  -H "X-API-Key: obsidian_live_…" -H "Content-Type: application/json" \\
  -d '{"prompt":"dub techno, deep pad","bpm":124,"key":"F Aeolian"}' -o loop.wav`;

const home = (appUrl: string) => html`<h1>
  OBSIDIAN Ledger<small>A prompt becomes a loop, on volunteers' machines.</small>
</h1>
<p>
  Producers ask for audio from a plugin; volunteers' GPUs make it; donations pay the volunteers. Each
  of these facts is recorded once and for ever, and anybody can check the sums.
</p>
<pre><code>${example(appUrl)}</code></pre>
<ul>
  <li><a href="/docs">The API: read about it and try it</a></li>
  <li><a href="/run-a-node">Lend your machine: run a node</a></li>
  <li><a href="/api/v1/workers/status">Who is online</a></li>
  <li><a href="/.well-known/jwks.json">The keys that certificates are signed with</a></li>
  <li><a href="/health/ready">Health of this server</a></li>
</ul>`;

export const homePage: FastifyPluginAsyncZod<AppDependencies> = async (app, { appUrl }) => {
  const hidden = { hide: true };
  app.get("/", { schema: hidden }, async (_request, reply) =>
    reply.type("text/html").send(page("Loops from a prompt", home(appUrl))),
  );
  app.get("/assets/style.css", { schema: hidden }, async (_request, reply) =>
    reply.header("cache-control", "public, max-age=3600").type("text/css").send(styleSheet),
  );
};
