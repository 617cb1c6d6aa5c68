import type { Ledger } from "../../commands/handle.js";
import { inTurn } from "../../commands/inTurn.js";
import { publishSigningKey } from "../../commands/keys/publish.js";
import { type Signing, signCheckpoint } from "../../commands/publicLog/signCheckpoint.js";
import type { Instant } from "../../domain/time.js";
import type { Log } from "../../platform/process/log.js";

interface Deps {
  readonly ledger: Ledger;
  readonly log: Log;
  readonly publicLog: Omit<Signing, "ledger" | "log"> | undefined;
}

/** By the hour, and as soon as a month is shared out: never two at once. */
export async function signPublicLog({ ledger, log, publicLog }: Deps, at: Instant): Promise<void> {
  if (publicLog === undefined) return;
  await inTurn("sign the public log", async () => {
    const { kid, x } = publicLog.signer;
    await publishSigningKey(ledger, { kid, x, use: "checkpoint" }, at);
    const { size } = await signCheckpoint({ ledger, log, ...publicLog }, at);
    log.info({ size }, "the public log is signed");
  });
}
