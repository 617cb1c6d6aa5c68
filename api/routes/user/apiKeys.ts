import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { issueApiKey } from "../../../commands/user/issueApiKey.js";
import { revokeApiKey } from "../../../commands/user/revokeApiKey.js";
import { listKeyUses } from "../../../platform/redis/keyUses.js";
import { readLocated } from "../../../platform/vault/located.js";
import { listApiKeys } from "../../../projections/apiKeys/queries.js";
import { codes, done, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf, requireRecentSignIn } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { contextOfCaller } from "../../requestContext.js";
import { nameSchema } from "./nameSchema.js";

const keyAnswer = z.object({
  id: z.uuid(),
  name: z.string().nullable(),
  /** First 6 hex characters: enough to tell keys apart, of no use to anybody else. */
  prefix: z.string(),
  created_at: z.string(),
  last_used_at: z.string().nullable(),
});
const newKeyAnswer = keyAnswer.omit({ last_used_at: true }).extend({ key: z.string() });

const tags = ["user"];

const listSchema = {
  tags,
  summary: "List my active API keys",
  response: { 200: success(z.array(keyAnswer)), ...failures },
};

const issueSchema = {
  tags,
  summary: "Create an API key for the plugin, soon after signing in; it is shown only once",
  body: z.object({ name: nameSchema }),
  errors: codes("SIGN_IN_AGAIN", "API_KEY_LIMIT_REACHED", "USER_NOT_FOUND", "HISTORY_FULL"),
  response: { 201: success(newKeyAnswer), ...failures },
};

const revokeSchema = {
  tags,
  summary: "Revoke a key; it stops working at once",
  params: z.object({ id: z.uuid() }),
  errors: codes("API_KEY_NOT_FOUND", "USER_NOT_FOUND"),
  response: { 200: success(done), ...failures },
};

export const apiKeyRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "user");
  app.get("/user/api-keys", { schema: listSchema, onRequest }, async (request) => {
    const rows = await listApiKeys(deps.readDb, callerOf(request).userId);
    const active = rows.filter((row) => row.revoked_at === null);
    const uses = await listKeyUses(
      deps.redis,
      active.map((row) => row.key_id),
    );
    const answers = active.map(async (row) => ({
      id: row.key_id,
      name: await readLocated(deps.ledger.vault, row.name),
      prefix: row.prefix,
      created_at: row.created_at,
      last_used_at: uses.get(row.key_id) ?? null,
    }));
    return ok(await Promise.all(answers));
  });

  app.post("/user/api-keys", { schema: issueSchema, onRequest }, async (request, reply) => {
    const context = contextOfCaller(deps, request);
    const { userId } = requireRecentSignIn(request, context.at);
    const { name } = request.body;
    const issued = await issueApiKey(deps.ledger, { userId, name }, context);
    await deps.readYourWrites.wait("accounts", issued.position, reply);
    const { keyId: id, prefix, key } = issued;
    return reply.code(201).send(ok({ id, name, prefix, created_at: context.at, key }));
  });

  app.delete("/user/api-keys/:id", { schema: revokeSchema, onRequest }, async (request, reply) => {
    const { userId } = callerOf(request);
    const key = { userId, keyId: request.params.id };
    const position = await revokeApiKey(deps, key, contextOfCaller(deps, request));
    await deps.readYourWrites.wait("accounts", position, reply);
    return ok({ message: "The key is revoked." });
  });
};
