import { z } from "zod";

/**
 * What a provider calls a thing by, such as `pi_3MtwBw`, `S_kwDOAJy2Ks4AAhUa` or `MDEyOk9yZw==`. Ids
 * of Stripe and GitHub have no documented form, so any printable ASCII may be one. What is empty, or
 * has a blank or a character that nobody sees, is none. How long one may be is said by what it is
 * booked as: what has no room for it holds the webhook with that reason.
 */
export const providerIdSchema = z.string().regex(/^[!-~]+$/);
