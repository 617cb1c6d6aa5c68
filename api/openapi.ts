import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { sha256Hex } from "../platform/ids.js";
import {
  completeOperation,
  failureSchema,
  type Operation,
  securitySchemes,
} from "./documentRoutes.js";
import { errorCodes } from "./errorCodes.js";
import { factsOf, type RouteFacts } from "./routeFacts.js";

const codes = Object.entries(errorCodes)
  .map(([code, { status, about }]) => `| \`${code}\` | ${status} | ${about} |`)
  .join("\n");

const description = `A prompt becomes a loop, on volunteers' machines.

Every answer is \`{"success":true,"data":…}\` or \`{"success":false,"error":{"code","message","field"?}}\`.
A value that is not allowed is answered with \`INVALID_<FIELD>\` and status 422. The other codes:

| code | status | when |
| --- | --- | --- |
${codes}
`;

/** This server's own API is all there is to explore, so the bar to choose another goes. */
const plainTop = ".swagger-ui .topbar { display: none }";

const keptSeconds = 300;

/** OpenAPI 3.1 from the routes' own schemas, and a page to try it. Nothing is loaded from elsewhere. */
export async function registerOpenApi(app: FastifyInstance, appUrl: string): Promise<void> {
  const facts = new Map<string, RouteFacts>();
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "OBSIDIAN Ledger", version: "1", description },
      servers: [{ url: appUrl }],
      components: { securitySchemes },
    },
    transform: (asked) => {
      const { route, url } = asked;
      const method = String(route.method).toLowerCase();
      facts.set(`${method} ${url.replaceAll(/:(\w+)/g, "{$1}")}`, factsOf(route));
      return jsonSchemaTransform(asked);
    },
    transformObject: (made) => ("openapiObject" in made ? complete(made.openapiObject, facts) : {}),
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    theme: {
      title: "OBSIDIAN Ledger: the API",
      css: [{ filename: "plain.css", content: plainTop }],
    },
  });
  serveDocument(app);
}

/** Made once, since its text takes 40 ms, and not before all routes are known. */
function serveDocument(app: FastifyInstance): void {
  let made: { readonly text: Buffer; readonly etag: string } | undefined;
  const make = () => {
    const text = Buffer.from(JSON.stringify(app.swagger()));
    return { text, etag: `"${sha256Hex(text)}"` };
  };
  app.get("/api/v1/openapi.json", { schema: { hide: true } }, async (request, reply) => {
    made ??= make();
    reply.headers({ "cache-control": `public, max-age=${keptSeconds}`, etag: made.etag });
    if (request.headers["if-none-match"] === made.etag) return reply.code(304).send();
    return reply.type("application/json; charset=utf-8").send(made.text);
  });
}

interface OpenApi {
  readonly components?: object;
  readonly paths?: object;
}

function complete<Document extends OpenApi>(
  document: Document,
  facts: ReadonlyMap<string, RouteFacts>,
): Document {
  const paths = document.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const known = facts.get(`${method} ${path}`);
      if (known !== undefined) completeOperation(operation, known);
    }
  }
  const components = { ...document.components, schemas: { Failure: failureSchema } };
  return { ...document, components };
}
