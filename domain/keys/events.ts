import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { text } from "../texts.js";
import { daySchema, instantSchema } from "../time.js";

export const keysStream = "keys-log";

export const keysEvents = [
  defineEvent("SigningKeyPublished", {
    about: "This key signs our certificates from this day on.",
    public: {
      kid: text(64),
      use: z.literal("certificate"),
      /** Ed25519 public key, RFC 8037: the `x` of its JWK. */
      x: z.base64url().length(43),
      publishedOn: daySchema,
    },
    private: { at: instantSchema },
    sealed: {},
  }),
] as const;
export type KeysEvent = EventOf<(typeof keysEvents)[number]>;
