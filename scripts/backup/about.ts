import { z } from "zod";
import { sha256Schema } from "../../domain/sha256.js";
import { instantSchema } from "../../domain/time.js";
import { Refusal } from "../../platform/process/refusal.js";

/** What an archive says of itself. */
const aboutSchema = z.object({
  ledgerId: z.uuid(),
  /** When it was begun: nothing later is in it for certain. */
  backedUpAt: instantSchema,
  /** Of the last event in it, in `$all`. */
  position: z.string().regex(/^\d{1,20}$/),
  events: z.int().min(1),
  /** Of all events in their order, by DigestOfEvents. */
  eventsSha256: sha256Schema,
});
export type About = Readonly<z.infer<typeof aboutSchema>>;

/** @throws Refusal when it is of another form */
export function readAbout(about: unknown): About {
  const { data } = aboutSchema.safeParse(about);
  if (data !== undefined) return data;
  throw new Refusal("The archive is none of this ledger, or of newer software.");
}
