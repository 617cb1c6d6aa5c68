import { type FastifyBaseLogger, type FastifyInstance, fastify } from "fastify";

export interface AppDependencies {
  readonly log: FastifyBaseLogger;
}

/** Builds the server without listening, so that tests can ask it directly. */
export function buildApp({ log }: AppDependencies): FastifyInstance {
  const app = fastify({ loggerInstance: log });
  app.get("/health", async () => ({ status: "healthy", service: "obsidian-central-server" }));
  return app;
}
