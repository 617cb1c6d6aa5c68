import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { text } from "../texts.js";
import { daySchema, instantSchema } from "../time.js";

/** One stream per user and UTC day: the limit holds under any race and is fresh at midnight. */
export const quotaStream = (userId: string, day: string): string =>
  `quota-${userId}-${day.replaceAll("-", "")}`;

const ofDay = { userId: z.uuid(), day: daySchema, at: instantSchema };
const about = { ...ofDay, generationId: z.uuid() };

export const quotaEvents = [
  defineEvent("QuotaReserved", {
    about: "One of the day's free generations is reserved for this request.",
    public: {},
    private: about,
    sealed: {},
  }),
  defineEvent("QuotaReleased", {
    about: "The generation produced no audio, so its reservation is given back.",
    public: {},
    private: {
      ...about,
      /** Its caller cancelled when a node had begun: free only so often a day. */
      afterLease: z.literal(true).optional(),
    },
    sealed: {},
  }),
  defineEvent("QuotaSpent", {
    about:
      "The reservation is spent: the generation produced audio, or was cancelled once too often after a node had begun.",
    public: {},
    private: about,
    sealed: {},
  }),
  defineEvent("QuotaReset", {
    about: "A maintainer gave the day's spent generations back. Who it was is the actor.",
    public: {},
    private: { ...ofDay, reason: text(500) },
    sealed: {},
  }),
] as const;
export type QuotaEvent = EventOf<(typeof quotaEvents)[number]>;
