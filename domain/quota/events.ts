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
    about: "One of the day's free generations is set aside for this one.",
    public: {},
    private: about,
    sealed: {},
  }),
  defineEvent("QuotaReleased", {
    about: "The generation brought no audio, so it costs nothing.",
    public: {},
    private: about,
    sealed: {},
  }),
  defineEvent("QuotaSpent", {
    about: "The audio was made: the reservation stays used for good.",
    public: {},
    private: about,
    sealed: {},
  }),
] as const;
export type QuotaEvent = EventOf<(typeof quotaEvents)[number]>;
