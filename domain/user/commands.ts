import type { Secret } from "../message.js";
import type { Instant } from "../time.js";

interface AboutUser {
  readonly userId: string;
  readonly at: Instant;
}

export interface RegisterUser extends AboutUser {
  readonly type: "RegisterUser";
  readonly termsVersion: string;
  readonly email: Secret;
  readonly username: Secret;
  /** An Argon2id hash in PHC form; the password itself never comes this far. */
  readonly passwordHash: Secret;
  readonly firstName?: Secret;
  readonly lastName?: Secret;
}
export interface VerifyEmail extends AboutUser {
  readonly type: "VerifyEmail";
  /** Chosen by somebody who followed the link and does not know the one of the registration. */
  readonly passwordHash?: Secret;
}
export interface UpdateProfile extends AboutUser {
  readonly type: "UpdateProfile";
  readonly firstName?: Secret;
  readonly lastName?: Secret;
}
export interface ChangePassword extends AboutUser {
  readonly type: "ChangePassword";
  readonly passwordHash: Secret;
  /** Every active key with it: somebody else may have made one. */
  readonly revokeKeys: boolean;
}
export interface IssueApiKey extends AboutUser {
  readonly type: "IssueApiKey";
  readonly keyId: string;
  /** SHA-256 of the whole key, hex. */
  readonly keyHash: string;
  /** The first 6 hex characters behind `obsidian_live_`. */
  readonly prefix: string;
  readonly name: Secret;
}
export interface RevokeApiKey extends AboutUser {
  readonly type: "RevokeApiKey";
  readonly keyId: string;
}
export interface EraseUser extends AboutUser {
  readonly type: "EraseUser";
  /**
   * `never-verified` gives up by itself when the address was verified in the meantime;
   * `never-registered` closes a stream that a slow registration has not opened yet.
   */
  readonly reason: "asked" | "never-verified" | "never-registered";
  /** Left out, the key to where the person is paid stays. */
  readonly wasNoPayee?: true | undefined;
}

export type UserCommand =
  | RegisterUser
  | VerifyEmail
  | UpdateProfile
  | ChangePassword
  | IssueApiKey
  | RevokeApiKey
  | EraseUser;
