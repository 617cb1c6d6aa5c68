import type { Instant } from "../time.js";
import type { KeyUse } from "./events.js";

export interface PublishSigningKey {
  readonly type: "PublishSigningKey";
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly use: KeyUse;
  readonly x: string;
  readonly at: Instant;
}
export type KeysCommand = PublishSigningKey;
