import { setting } from "./settings.js";
import { amounts, usualAmount } from "./sharing.js";

/** What is asked of those who are paid. */
export const payees = {
  formFrom: setting(
    "PAYEE_FORM_FROM",
    amounts.default(() => usualAmount("600")),
  ),
};
