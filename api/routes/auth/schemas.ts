import { z } from "zod";
import { userTermsVersion } from "../../../domain/terms.js";
import { passwordSchema } from "../../passwordRules.js";
import { nameSchema } from "../user/nameSchema.js";

export const emailSchema = z.email("This is not an e-mail address.").max(254);

export const registerBody = z.object({
  email: emailSchema,
  username: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{2,31}$/, "3 to 32 letters, digits, dots, dashes or _."),
  password: passwordSchema,
  first_name: nameSchema.optional(),
  last_name: nameSchema.optional(),
  terms_version: z.literal(userTermsVersion, `Accept the terms of ${userTermsVersion}.`),
});

export const loginBody = z
  .object({
    email: z.string().max(254).optional(),
    username: z.string().max(254).optional(),
    password: z.string().max(256),
  })
  .refine(
    ({ email, username }) => email !== undefined || username !== undefined,
    "Give your e-mail address as `email`, or your user name as `username`.",
  );

export const tokensAnswer = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  token_type: z.literal("Bearer"),
  /** Seconds until the access token ends. */
  expires_in: z.int(),
});

export const mailTokenSchema = z.string().min(1).max(128);
