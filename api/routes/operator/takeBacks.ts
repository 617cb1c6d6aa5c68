import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { appealShare } from "../../../commands/sharing/appealShare.js";
import { moneyOf } from "../../../domain/money/money.js";
import { appealEndsAt } from "../../../domain/payable/appeals.js";
import { listTakenBackFrom, type TakeBackRow } from "../../../projections/takeBacks/queries.js";
import { codes, done, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { contextOfCaller } from "../../requestContext.js";
import { requireOwnShare, shareNameBody, shareNameOf } from "./shareName.js";

const tags = ["operator"];
const listedMax = 100;
const wordsMax = 2000;

const takeBackAnswer = z.object({
  ...shareNameBody,
  amount: z.string(),
  taken_back_at: z.string(),
  reason: z.string(),
  appeal_until: z.string(),
  appeal: z.enum(["none", "open", "settled"]),
  undone: z.boolean().describe("The share is owed again."),
  answer: z.string().nullable().describe("Why it was undone, or stays as it is."),
});

const listSchema = {
  tags,
  summary: `Shares of my nodes that a maintainer took back, and why; the newest ${listedMax}`,
  response: { 200: success(z.object({ take_backs: z.array(takeBackAnswer) })), ...failures },
};

const appealSchema = {
  tags,
  summary: "Ask for a second look at a share that was taken back, within 14 days of it",
  body: z.object({ ...shareNameBody, words: z.string().trim().min(1).max(wordsMax) }),
  errors: codes("SHARE_NOT_FOUND", "SHARE_NOT_VOIDED", "APPEAL_TOO_LATE", "TEXT_TOO_LONG"),
  response: { 200: success(done), ...failures },
};

export const takeBackRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "user");
  app.get("/operator/take-backs", { schema: listSchema, onRequest }, async (request) => {
    const { userId: operatorId } = callerOf(request);
    const wanted = { operatorId, since: "", limit: listedMax };
    const rows = await listTakenBackFrom(deps.readDb, wanted);
    return ok({ take_backs: rows.map(shownTakeBack) });
  });

  const appealing = { schema: appealSchema, onRequest };
  app.post("/operator/take-backs/appeal", appealing, async (request, reply) => {
    const { userId: operatorId } = callerOf(request);
    const name = shareNameOf(request.body);
    await requireOwnShare(deps.readDb, operatorId, name);
    const appeal = { ...name, operatorId, words: request.body.words };
    const position = await appealShare(deps.ledger, appeal, contextOfCaller(deps, request));
    await deps.readYourWrites.wait("money", position, reply);
    return ok({ message: "A maintainer will look at it again." });
  });
};

const shownTakeBack = (row: TakeBackRow): z.infer<typeof takeBackAnswer> => ({
  ...{ month: row.month, pay_id: row.pay_id, ...moneyOf(row.amount, row.currency) },
  ...{ taken_back_at: row.voided_at, reason: row.reason },
  ...{ appeal_until: appealEndsAt(row.voided_at), appeal: row.appeal },
  ...{ undone: row.undone === 1, answer: row.answer },
});
