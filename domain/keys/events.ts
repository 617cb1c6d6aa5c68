import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { text } from "../texts.js";
import { daySchema, instantSchema } from "../time.js";

/** What a key of ours signs. No key has two uses. */
export const keyUseSchema = z.enum(["certificate", "checkpoint"]);
export type KeyUse = z.infer<typeof keyUseSchema>;

export const keysStream = "keys-log";

export const keysEvents = [
  defineEvent("SigningKeyPublished", {
    about: "This key signs our certificates, or the public log, from this day on.",
    public: {
      kid: text(64),
      use: keyUseSchema,
      /** Ed25519 public key, RFC 8037: the `x` of its JWK. */
      x: z.base64url().length(43),
      publishedOn: daySchema,
    },
    private: { at: instantSchema },
    sealed: {},
  }),
] as const;
export type KeysEvent = EventOf<(typeof keysEvents)[number]>;
