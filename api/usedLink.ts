import type { AddressConfirmed } from "../commands/user/confirmAddress.js";
import type { PasswordSet } from "../commands/user/setNewPassword.js";
import { ApiError } from "./errorCodes.js";
import { commonPassword } from "./passwordRules.js";

/**
 * What became of a link in a mail, for the API and for the pages alike: the position of its write.
 * @throws ApiError INVALID_MAIL_TOKEN, INVALID_PASSWORD
 */
export function positionOf(used: AddressConfirmed | PasswordSet): bigint | undefined {
  switch (used.outcome) {
    case "done":
      return used.position;
    case "bad-link": {
      const message = "This link was already used or has expired. Ask for a new one.";
      throw new ApiError("INVALID_MAIL_TOKEN", message);
    }
    case "common-password":
      throw commonPassword();
    case "wrong-password":
      throw new ApiError(
        "INVALID_PASSWORD",
        "This is not the password chosen at registration. You can set a new one instead.",
        { field: "password" },
      );
  }
}
