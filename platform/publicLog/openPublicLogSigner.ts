import type { Config } from "../config/config.js";
import { type CheckpointSigner, createCheckpointSigner } from "./checkpointSigner.js";
import { openPublicLog, type PublicLogFiles } from "./publicLogFiles.js";

/** Undefined where no key is set to sign with. @throws Refusal as loadSigningKey */
export async function openPublicLogSigner({
  publicLog: { checkpointKeyFile, origin },
  blobUrl,
}: Pick<Config, "publicLog" | "blobUrl">): Promise<
  { readonly files: PublicLogFiles; readonly signer: CheckpointSigner } | undefined
> {
  if (checkpointKeyFile === undefined) return undefined;
  const signer = await createCheckpointSigner(checkpointKeyFile, origin);
  return { files: openPublicLog(blobUrl), signer };
}
