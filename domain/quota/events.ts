import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { daySchema, instantSchema } from "../time.js";

/** One stream per user and UTC day: the limit holds under any race and is fresh at midnight. */
export const quotaStream = (userId: string, day: string): string =>
  `quota-${userId}-${day.replaceAll("-", "")}`;

const about = {
  userId: z.uuid(),
  day: daySchema,
  generationId: z.uuid(),
  at: instantSchema,
};

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
    private: about,
    sealed: {},
  }),
  defineEvent("QuotaSpent", {
    about: "The generation produced audio, so its reservation is spent.",
    public: {},
    private: about,
    sealed: {},
  }),
] as const;
export type QuotaEvent = EventOf<(typeof quotaEvents)[number]>;
