import type { Server, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { z } from "zod";

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        responses: z.record(
          z.string(),
          z.object({ headers: z.record(z.string(), z.unknown()).default({}) }),
        ),
      }),
    ),
  ),
});

/** Of helmet, and of requests that browsers make by themselves. */
const ofEveryAnswer =
  /^x-(content-type-options|dns-prefetch-control|download-options)$|^x-(frame-options|permitted-cross-domain-policies|xss-protection)$/;

/**
 * Compares each answer that the server gives during a test with its own OpenAPI document. Returns a
 * function that lists what the document does not know of: a status, or a header of ours.
 */
export function watchAnswers(app: FastifyInstance): () => readonly string[] {
  const { paths } = documentSchema.parse(app.swagger());
  const operations = Object.entries(paths).map(([path, methods]) => ({
    form: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
    isPlain: !path.includes("{"),
    methods,
  }));
  const unknown = new Set<string>();
  const server: Server = app.server;
  server.on("request", (request, response) => {
    const { method = "" } = request;
    const path = new URL(request.url ?? "", "http://localhost").pathname;
    const matching = operations.filter(({ form }) => form.test(path));
    const { methods } = matching.find(({ isPlain }) => isPlain) ?? matching[0] ?? {};
    const operation = methods?.[method.toLowerCase()];
    if (operation === undefined) return;
    response.once("finish", () => {
      const known = operation.responses[response.statusCode];
      for (const what of unknownIn(response, known)) {
        unknown.add(`${method} ${path} answered ${response.statusCode}${what}`);
      }
    });
  });
  return () => [...unknown];
}

function unknownIn(
  response: ServerResponse,
  known: { readonly headers: object } | undefined,
): readonly string[] {
  if (known === undefined) return [""];
  const documented = Object.keys(known.headers).map((name) => name.toLowerCase());
  return response
    .getHeaderNames()
    .filter((name) => name.startsWith("x-") && !ofEveryAnswer.test(name))
    .filter((name) => !documented.includes(name))
    .map((name) => ` with ${name}`);
}
