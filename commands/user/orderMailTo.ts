import type { Instant } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import { orderMail } from "../../platform/ops/outbox.js";
import type { MailKind, OpsDb } from "../../platform/ops/tables.js";
import type { Ledger } from "../handle.js";

/** Written down alike for any address; whoever sends the mail finds out whether it is known. */
export const orderMailTo = (
  { opsDb, ledger }: { readonly opsDb: OpsDb; readonly ledger: Ledger },
  { kind, email, at }: { readonly kind: MailKind; readonly email: string; readonly at: Instant },
): Promise<void> =>
  orderMail(opsDb, {
    id: newId(),
    kind,
    to: { emailDigest: ledger.vault.digestOf("email", email) },
    at,
  });
