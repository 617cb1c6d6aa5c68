import type { Ledger } from "../commands/handle.js";
import type { Signing } from "../commands/publicLog/signCheckpoint.js";
import type { DiscordWebhook } from "../platform/discord.js";
import type { Mailer } from "../platform/mailer.js";
import type { Leadership } from "../platform/mysql/leader.js";

/**
 * What takes effect outside this process begins only while nobody else can be active. So a process
 * that was stopped in the middle of its work, and wakes when another one has taken over, does none
 * of it a second time.
 */
export const asLeader =
  ({ confirm }: Leadership) =>
  <Args extends readonly unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
  async (...args: Args): Promise<Result> => {
    await confirm();
    return work(...args);
  };

export const ledgerOf = (leader: Leadership, { store, ...rest }: Ledger): Ledger => ({
  ...rest,
  store: { ...store, append: asLeader(leader)(store.append) },
});

export const mailerOf = (leader: Leadership, mailer: Mailer): Mailer => ({
  ...mailer,
  send: asLeader(leader)(mailer.send),
});

export const webhookOf = (leader: Leadership, webhook: DiscordWebhook): DiscordWebhook => ({
  ...webhook,
  post: asLeader(leader)(webhook.post),
});

/** Of two signers only the active one may remember and publish. */
export const publicLogOf = (
  leader: Leadership,
  { files, signer }: Pick<Signing, "files" | "signer">,
) => ({
  files: { ...files, publish: asLeader(leader)(files.publish) },
  signer: { ...signer, remember: asLeader(leader)(signer.remember) },
});
