import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { text } from "../texts.js";
import { instantSchema } from "../time.js";

/** One stream per key, so that telling its end twice is one event. */
export const vaultStream = (keyId: string): string => `vault-${keyId}`;

export const vaultEvents = [
  defineEvent("DataKeyDestroyed", {
    about: "A data key was destroyed. Nobody can open what was sealed under it.",
    public: {},
    private: {
      keyId: z.uuid(),
      purpose: text(64),
      reason: z.enum(["erased", "retention"]),
      at: instantSchema,
    },
    sealed: {},
  }),
] as const;
export type VaultEvent = EventOf<(typeof vaultEvents)[number]>;
