import { z } from "zod";
import { ApiError } from "./errorCodes.js";

const charactersMin = 12;
const charactersMax = 256;

/** Length is what makes a password strong; the common ones are looked up. NIST SP 800-63B. */
export const passwordSchema = z
  .string()
  .min(charactersMin, `A password has at least ${charactersMin} characters.`)
  .max(charactersMax, `A password has at most ${charactersMax} characters.`);

export const commonPassword = (): ApiError =>
  new ApiError(
    "INVALID_PASSWORD",
    "This password is too easy to guess. Take a longer or less common one.",
    { field: "password" },
  );
