import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { contextOf } from "../../../commands/context.js";
import { handle } from "../../../commands/handle.js";
import { donationDecider } from "../../../domain/donation/decider.js";
import { providerSchema } from "../../../domain/money/accounts.js";
import { newId } from "../../../platform/ids.js";
import { readLocated } from "../../../platform/vault/located.js";
import type { Vault } from "../../../platform/vault/vault.js";
import type { DonationRow } from "../../../projections/donations/projection.js";
import { findDonation, listDonationsOf } from "../../../projections/donations/queries.js";
import { donationStatuses } from "../../../projections/donations/status.js";
import { done, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";

/** The newest are told. */
const donationsMax = 1000;

export const ownDonation = z.object({
  id: z.string(),
  at: z.string(),
  provider: z.string(),
  status: z.enum(donationStatuses),
  amount: z.string(),
  currency: z.string(),
  show_name: z.boolean(),
  name: z.string().nullable(),
  message: z.string().nullable(),
});

export const donationRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "user");
  const tags = ["user"];

  const list = {
    tags,
    summary: "My donations, newest first",
    response: { 200: success(z.object({ donations: z.array(ownDonation) })), ...failures },
  };
  app.get("/user/donations", { schema: list, onRequest }, async (request) =>
    ok({ donations: await ownDonations(deps, callerOf(request).userId) }),
  );

  const choose = {
    tags,
    summary: "Choose whether my name is shown with this donation",
    params: z.object({ id: z.string().regex(/^[0-9a-f]{32}$/) }),
    body: z.object({ show_name: z.boolean() }),
    response: { 200: success(done), ...failures },
  };
  const path = "/user/donations/:id/visibility";
  app.put(path, { schema: choose, onRequest }, async (request, reply) => {
    const { userId } = callerOf(request);
    const row = await findDonation(deps.readDb, { donationId: request.params.id });
    // The same answer for "not yours" and "not there".
    if (row?.user_id !== userId)
      throw new ApiError("DONATION_NOT_FOUND", "No donation of yours has this id.");
    const at = deps.clock.now();
    const commandId = newId();
    const visibility = request.body.show_name ? ("shown" as const) : ("hidden" as const);
    const about = { provider: providerSchema.parse(row.provider), externalId: row.external_id };
    const moneyKey = `visibility ${commandId}`;
    const { position } = await handle(
      deps.ledger,
      donationDecider,
      { type: "ChangeVisibility", ...about, moneyKey, at, occurredAt: at, visibility },
      contextOf({ commandId, actor: `user:${userId}`, at, correlationId: request.id }),
    );
    await deps.readYourWrites.wait(position, reply);
    return ok({ message: visibility === "shown" ? "Your name is shown." : "Your name is hidden." });
  });
};

export async function ownDonations(
  { readDb, ledger: { vault } }: AppDependencies,
  userId: string,
): Promise<z.infer<typeof ownDonation>[]> {
  const rows = await listDonationsOf(readDb, { userId, limit: donationsMax });
  return Promise.all(rows.map((row) => toldToDonor(vault, row)));
}

async function toldToDonor(vault: Vault, row: DonationRow): Promise<z.infer<typeof ownDonation>> {
  return {
    id: row.donation_id,
    at: row.occurred_at,
    provider: row.provider,
    status: row.status,
    amount: row.gross,
    currency: row.currency,
    show_name: row.visibility === "shown",
    name: await readLocated(vault, row.name),
    message: await readLocated(vault, row.message),
  };
}
