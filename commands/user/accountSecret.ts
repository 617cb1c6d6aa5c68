import type { Secret } from "../../domain/message.js";

/** What belongs to an account lives and dies with the account's key. */
export const accountSecret = (personId: string, text: string): Secret => ({
  personId,
  purpose: "account",
  text,
});
