import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { text } from "../texts.js";
import { instantSchema } from "../time.js";

/** One stream for each key of a print (domain/audio/soundKey.ts) and page: similar sounds lie together. */
export const soundStream = (key: string, page: number): string =>
  page === 0 ? `sound-${key}` : `sound-${key}-${page}`;

/** Before gain and tone were taken out, a key had 20 bits; its streams are not looked at any more. */
const soundKeySchema = z.string().regex(/^[0-9a-f]{4,5}$/);

export const soundEvents = [
  defineEvent("SoundHeard", {
    about: "Accepted audio that no work before it had. The same sound for other inputs is a copy.",
    public: {},
    private: {
      key: soundKeySchema,
      /** What it sounds like, coarsely. */
      print: text(400),
      /** HMAC of what was asked for, under the server's key. */
      inputs: text(128),
      generationId: z.uuid(),
      nodeId: z.uuid(),
      at: instantSchema,
    },
    sealed: {},
  }),
] as const;
export type SoundEvent = EventOf<(typeof soundEvents)[number]>;
