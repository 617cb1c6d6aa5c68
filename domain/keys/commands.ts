import type { Instant } from "../time.js";

export interface PublishSigningKey {
  readonly type: "PublishSigningKey";
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly x: string;
  readonly at: Instant;
}
export type KeysCommand = PublishSigningKey;
