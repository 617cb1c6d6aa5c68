import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { instantSchema } from "../time.js";

/** One stream per key, so that telling its end twice is one event. */
export const vaultStream = (keyId: string): string => `vault-${keyId}`;

export const vaultEvents = [
  defineEvent("DataKeyDestroyed", {
    about: "What was sealed under this key can't be opened by anybody any more.",
    public: {},
    private: {
      keyId: z.uuid(),
      purpose: z.string(),
      reason: z.enum(["erased", "retention"]),
      at: instantSchema,
    },
    sealed: {},
  }),
] as const;
export type VaultEvent = EventOf<(typeof vaultEvents)[number]>;
