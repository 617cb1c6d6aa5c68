import { z } from "zod";
import type { ShareName } from "../../../commands/sharing/findShare.js";
import { moneySchema } from "../../../domain/money/money.js";
import { monthSchema } from "../../../domain/time.js";
import type { ReadDb } from "../../../projections/readTables.js";
import { findOperatorOfPayId } from "../../../projections/tenures/queries.js";
import { ApiError } from "../../errorCodes.js";

/** What a share is called by. */
export const shareNameBody = {
  month: monthSchema,
  currency: moneySchema.shape.currency,
  pay_id: z.uuid(),
};

export const shareNameOf = ({
  month,
  currency,
  pay_id: payId,
}: z.infer<z.ZodObject<typeof shareNameBody>>): ShareName => ({ month, currency, payId });

/**
 * A claim is for ever, so what a read model says of one holds; one that is behind knows too few.
 * @throws ApiError NOT_FOUND, also for somebody else's
 */
export async function requireOwnShare(
  db: ReadDb,
  operatorId: string,
  { payId }: ShareName,
): Promise<void> {
  if ((await findOperatorOfPayId(db, payId)) === operatorId) return;
  throw new ApiError("SHARE_NOT_FOUND", "No node of yours has such a share.");
}
