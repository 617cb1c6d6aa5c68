import type { Secret } from "../../domain/message.js";

/** Whom we paid is kept as long as the law asks, also after the account ended. */
export const payeeSecret = (personId: string, text: string): Secret => ({
  personId,
  purpose: "payee",
  text,
});
