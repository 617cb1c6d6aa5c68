import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { errorCodes } from "./errorCodes.js";

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

/** OpenAPI 3.1 from the routes' own schemas, and a page to try it. Nothing is loaded from elsewhere. */
export async function registerOpenApi(app: FastifyInstance, appUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "OBSIDIAN Ledger", version: "1", description },
      servers: [{ url: appUrl }],
      components: {
        securitySchemes: {
          apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
          token: { type: "http", scheme: "bearer" },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    theme: {
      title: "OBSIDIAN Ledger: the API",
      css: [{ filename: "plain.css", content: plainTop }],
    },
  });
  app.get("/api/v1/openapi.json", { schema: { hide: true } }, async () => app.swagger());
}
