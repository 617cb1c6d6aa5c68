import type { Secret } from "../../domain/message.js";
import { type Instant, monthOf } from "../../domain/time.js";

/** A prompt of that time, and what tells of it: one key of a person for each month. */
export const promptSecret = (personId: string, requestedAt: Instant, text: string): Secret => ({
  personId,
  purpose: `prompts-${monthOf(requestedAt).replace("-", "")}`,
  text,
});
