import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { changeVisibility } from "../../../commands/donation/changeVisibility.js";
import { donationStatuses } from "../../../domain/donation/status.js";
import { providerSchema } from "../../../domain/money/accounts.js";
import { readLocated } from "../../../platform/vault/located.js";
import type { Vault } from "../../../platform/vault/vault.js";
import {
  type DonationRow,
  findDonation,
  givenIn,
  listDonationsOf,
} from "../../../projections/donations/queries.js";
import { codes, done, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { contextOfCaller } from "../../requestContext.js";

/** Only the newest are listed. */
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

const tags = ["user"];

const listSchema = {
  tags,
  summary: "My donations, newest first",
  response: { 200: success(z.object({ donations: z.array(ownDonation) })), ...failures },
};

const chooseSchema = {
  tags,
  summary: "Choose whether my name is shown with this donation",
  params: z.object({ id: z.string().regex(/^[0-9a-f]{32}$/) }),
  body: z.object({ show_name: z.boolean() }),
  errors: codes("DONATION_NOT_FOUND", "HISTORY_FULL"),
  response: { 200: success(done), ...failures },
};

export const donationRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "user");
  app.get("/user/donations", { schema: listSchema, onRequest }, async (request) =>
    ok({ donations: await ownDonations(deps, callerOf(request).userId) }),
  );

  const path = "/user/donations/:id/visibility";
  app.put(path, { schema: chooseSchema, onRequest }, async (request, reply) => {
    const row = await findDonation(deps.readDb, { donationId: request.params.id });
    if (row === undefined) throw notYours();
    const visibility = request.body.show_name ? ("shown" as const) : ("hidden" as const);
    const gift = { provider: providerSchema.parse(row.provider), externalId: row.external_id };
    const { userId } = callerOf(request);
    const context = contextOfCaller(deps, request);
    const changed = await changeVisibility(deps.ledger, { ...gift, userId, visibility }, context);
    if (changed.outcome === "not-yours") throw notYours();
    await deps.readYourWrites.wait("money", changed.position, reply);
    return ok({ message: visibility === "shown" ? "Your name is shown." : "Your name is hidden." });
  });
};

/** The same answer for "not yours" and "not there". */
const notYours = (): ApiError =>
  new ApiError("DONATION_NOT_FOUND", "No donation of yours has this id.");

export async function ownDonations(
  { readDb, ledger: { vault } }: AppDependencies,
  userId: string,
): Promise<z.infer<typeof ownDonation>[]> {
  const rows = await listDonationsOf(readDb, { userId, limit: donationsMax });
  return Promise.all(rows.map((row) => ownDonationOf(vault, row)));
}

async function ownDonationOf(vault: Vault, row: DonationRow): Promise<z.infer<typeof ownDonation>> {
  return {
    id: row.donation_id,
    at: row.occurred_at,
    provider: row.provider,
    status: row.status,
    ...givenIn(row),
    show_name: row.visibility === "shown",
    name: await readLocated(vault, row.name),
    message: await readLocated(vault, row.message),
  };
}
