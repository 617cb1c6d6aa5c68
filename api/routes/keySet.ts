import type { FastifyReply } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { AppDependencies } from "../dependencies.js";

export const keySetAnswer = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

const schema = {
  tags: ["certificates"],
  summary: "The keys that certificates are signed with (RFC 7517)",
  response: { 200: keySetAnswer },
};

/** What may be kept for a while: keys change a few times a year. */
export async function readKeySet(
  { publishedKeys }: Pick<AppDependencies, "publishedKeys">,
  reply: FastifyReply,
): Promise<z.infer<typeof keySetAnswer>> {
  reply.header("cache-control", "public, max-age=300");
  const { keys } = await publishedKeys.keySet();
  return { keys: keys.map((key) => ({ ...key })) };
}

/** Where programs look for it: RFC 8414's well-known name for a JWK set. */
export const keySetRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  app.get("/.well-known/jwks.json", { schema }, (_request, reply) => readKeySet(deps, reply));
};
