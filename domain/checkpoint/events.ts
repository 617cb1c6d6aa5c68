import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { whole } from "../numbers.js";
import { text } from "../texts.js";
import { instantSchema } from "../time.js";

/** The checkpoints that were signed in a calendar month, in UTC: `2026-11`. */
export const checkpointStream = ({ month }: CheckpointName): string => `checkpoint-${month}`;

export interface CheckpointName {
  readonly month: string;
}

export const checkpointEvents = [
  defineEvent("LedgerCheckpointSigned", {
    about: "The public log was signed as it stood. From now on nothing before it may change.",
    public: {
      /** Address of the log without its scheme. */
      origin: text(255),
      /** Entries. */
      size: whole(Number.MAX_SAFE_INTEGER),
      /** Of the tree of RFC 9162, in base64. */
      root: z.base64().length(44),
      /** Ed25519 over the checkpoint's text (C2SP tlog-checkpoint), in base64. */
      signature: z.base64().length(88),
    },
    private: {
      at: instantSchema,
      /** Id of the last event that had been read, a leaf or not. */
      readTo: z.uuid(),
    },
    sealed: {},
  }),
] as const;
export type CheckpointEvent = EventOf<(typeof checkpointEvents)[number]>;
