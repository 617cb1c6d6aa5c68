import { z } from "zod";
import { isCommonPassword } from "../platform/keys/passwords.js";
import { ApiError } from "./errorCodes.js";

const charactersMin = 12;
const charactersMax = 256;

/** Length is what makes a password strong; the common ones are looked up. NIST SP 800-63B. */
export const passwordSchema = z
  .string()
  .min(charactersMin, `A password has at least ${charactersMin} characters.`)
  .max(charactersMax, `A password has at most ${charactersMax} characters.`);

/** `about` are words a guesser would try first. @throws ApiError INVALID_PASSWORD */
export function refuseCommon(password: string, about: readonly string[]): void {
  if (!isCommonPassword(password, about)) return;
  const message = "This password is too easy to guess. Take a longer or less common one.";
  throw new ApiError("INVALID_PASSWORD", message, { field: "password" });
}
