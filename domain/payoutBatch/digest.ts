import { createHash } from "node:crypto";
import { canonicalJson } from "../canonicalJson.js";
import type { PayoutMethod } from "../operator/payoutMethods.js";
import type { BatchItem } from "./events.js";

interface Covered {
  readonly batchId: string;
  readonly method: PayoutMethod;
  readonly currency: string;
  readonly items: readonly Pick<BatchItem, "payoutId" | "amount" | "destinationMac">[];
}

/** SHA-256, in hex, of the RFC 8785 spelling of what an approval is for, whatever the order of its items. */
export function batchDigestOf({ batchId, method, currency, items }: Covered): string {
  const covered = items
    .map(({ payoutId, amount, destinationMac }) => ({ payoutId, amount, destinationMac }))
    .sort((a, b) => (a.payoutId < b.payoutId ? -1 : 1));
  const text = canonicalJson({ batchId, method, currency, items: covered });
  return createHash("sha256").update(text).digest("hex");
}
