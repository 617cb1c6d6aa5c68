import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { waiveShare } from "../../../commands/sharing/waiveShare.js";
import { moneySchema } from "../../../domain/money/money.js";
import { waivedTo } from "../../../domain/payable/events.js";
import { codes, failures, ok, success } from "../../answers.js";
import { authenticate, requireRecentSignIn } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { contextOfCaller } from "../../requestContext.js";
import { requireOwnShare, shareNameBody, shareNameOf } from "./shareName.js";

const schema = {
  tags: ["operator"],
  summary: "Do without a share, soon after signing in, for the workers' pool or for development",
  description:
    "This can't be undone. Everybody sees that the share of this pay id was waived, and on which day: " +
    "whoever waives shares of two nodes on one day shows that both may be theirs.",
  body: z.object({ ...shareNameBody, to: waivedTo }),
  errors: codes(
    "SIGN_IN_AGAIN",
    "DISTRIBUTION_NOT_STARTED",
    "SHARE_NOT_FOUND",
    "NOTHING_TO_VOID",
    "SHARE_NOT_OWED",
  ),
  response: { 200: success(z.object({ ...moneySchema.shape, to: waivedTo })), ...failures },
};

export const waiveShareRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const options = { schema, onRequest: authenticate(deps, "user") };
  app.post("/operator/shares/waive", options, async (request, reply) => {
    const context = contextOfCaller(deps, request);
    const { userId: operatorId } = requireRecentSignIn(request, context.at);
    const name = shareNameOf(request.body);
    await requireOwnShare(deps.readDb, operatorId, name);
    const { to } = request.body;
    const share = { ...name, operatorId, to };
    const { amount, position } = await waiveShare(deps.ledger, share, context);
    await deps.readYourWrites.wait("money", position, reply);
    return ok({ ...amount, to });
  });
};
