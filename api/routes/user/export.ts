import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { openPrompt } from "../../../commands/generation/openPrompt.js";
import { understoodIn } from "../../../commands/generation/openUnderstood.js";
import { load } from "../../../commands/handle.js";
import { exportPayee } from "../../../commands/operator/exportPayee.js";
import { generationDecider } from "../../../domain/generation/decider.js";
import { userStream } from "../../../domain/user/events.js";
import { erasedText, readLocated } from "../../../platform/vault/located.js";
import { listApiKeys } from "../../../projections/apiKeys/queries.js";
import { type GenerationRow, listGenerationsOf } from "../../../projections/generations/queries.js";
import { listQuotaDays } from "../../../projections/quotaDays/queries.js";
import { codes, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf, requireRecentSignIn } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { detailsBody } from "../operator/payoutSchemas.js";
import { shownDetails } from "../operator/payoutShown.js";
import { ownDonation, ownDonations } from "./donations.js";
import { profileAnswer, readProfile } from "./readProfile.js";

/** The newest, which are 90 days of 25 a day, and some: no older one has a prompt any more. */
const generationsMax = 2500;

const exportAnswer = z.object({
  profile: profileAnswer,
  api_keys: z.array(
    z.object({
      id: z.uuid(),
      name: z.string().nullable(),
      prefix: z.string(),
      created_at: z.string(),
      revoked_at: z.string().nullable(),
    }),
  ),
  usage: z.array(z.object({ day: z.string(), used: z.int() })),
  generations: z.array(
    z.object({
      id: z.uuid(),
      status: z.string(),
      requested_at: z.string(),
      ended_at: z.string().nullable(),
      prompt: z.string(),
      /** What the node understood of it, where it said so. */
      understood: z.string().nullable(),
      certificate: z.string().nullable(),
    }),
  ),
  donations: z.array(ownDonation),
  payee: z.object({
    accounts: z.array(
      z.object({
        method: z.string(),
        country: z.string(),
        named_at: z.string(),
        destination: z.string().nullable(),
        holder: z.string().nullable(),
      }),
    ),
    details: detailsBody.nullable(),
    history: z.array(z.object({ type: z.string(), at: z.string() })),
  }),
  /** Every fact of the account in the ledger: its kind and when, as stored. */
  history: z.array(z.object({ type: z.string(), at: z.string() })),
});

const schema = {
  tags: ["user"],
  summary: "Everything held about me, as JSON",
  errors: codes("SIGN_IN_AGAIN", "USER_NOT_FOUND"),
  answerHeaders: { "Content-Disposition": "A name for the file." },
  response: { 200: success(exportAnswer), ...failures },
};

export const exportRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "user");
  app.get("/user/export", { schema, onRequest }, async (request, reply) => {
    requireRecentSignIn(request, deps.clock.now());
    const { userId } = callerOf(request);
    await deps.rateLimits("export", userId);
    reply.header("content-disposition", 'attachment; filename="obsidian-export.json"');
    return ok({
      profile: await readProfile(deps, userId),
      api_keys: await keysOf(deps, userId),
      usage: await usageOf(deps, userId),
      generations: await generationsOf(deps, userId),
      donations: await ownDonations(deps, userId),
      payee: await payeeOf(deps, userId),
      history: await historyOf(deps, userId),
    });
  });
};

async function keysOf({ readDb, ledger: { vault } }: AppDependencies, userId: string) {
  const rows = await listApiKeys(readDb, userId);
  return Promise.all(
    rows.map(async ({ key_id: id, name, prefix, created_at, revoked_at }) => ({
      ...{ id, prefix, created_at, revoked_at },
      name: await readLocated(vault, name),
    })),
  );
}

async function usageOf({ readDb }: AppDependencies, userId: string) {
  const rows = await listQuotaDays(readDb, { userId, since: "0000-01-01" });
  return rows.map(({ day, used }) => ({ day, used }));
}

/** One after the other: an export may take a moment, but must not take the store from the others. */
async function generationsOf(deps: AppDependencies, userId: string) {
  const rows = await listGenerationsOf(deps.readDb, { userId, limit: generationsMax });
  const generations = [];
  for (const row of rows) generations.push(await generationOf(deps, row));
  return generations;
}

async function generationOf(deps: AppDependencies, row: GenerationRow) {
  const { events } = await load(deps.ledger.store, generationDecider, {
    generationId: row.generation_id,
  });
  const sealed = await openPrompt(deps.ledger.vault, events);
  return {
    id: row.generation_id,
    status: row.status,
    requested_at: row.requested_at,
    ended_at: row.ended_at,
    prompt: sealed?.prompt ?? erasedText,
    understood: (await understoodIn(deps.ledger.vault, events)) ?? null,
    certificate: row.certificate,
  };
}

async function payeeOf({ ledger }: AppDependencies, userId: string) {
  const { accounts, details, history } = await exportPayee(ledger, userId);
  return {
    accounts: accounts.map(
      ({ namedAt: named_at, destination = null, holder = null, ...named }) => ({
        ...{ ...named, named_at, destination, holder },
      }),
    ),
    details: details === undefined ? null : shownDetails(details),
    history: [...history],
  };
}

async function historyOf({ ledger: { store } }: AppDependencies, userId: string) {
  const { events } = await store.read(userStream(userId));
  return events.map(({ event }) => {
    const { at } = event.data.private;
    return { type: event.type, at };
  });
}
