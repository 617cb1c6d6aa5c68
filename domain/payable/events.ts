import { z } from "zod";
import { defineEvent, type EventOf, sealedText } from "../message.js";
import { moneySchema } from "../money/money.js";
import { postingsUpTo } from "../money/postings.js";
import { sha256Schema } from "../sha256.js";
import { text } from "../texts.js";
import { daySchema, instantSchema, monthSchema } from "../time.js";

/** What an operator is owed in one currency: whoever takes a share of it, takes it here, once. */
export const payableStream = ({ operatorId, currency }: PayableName): string =>
  `payable-${operatorId}-${currency}`;

export interface PayableName {
  readonly operatorId: string;
  readonly currency: string;
}

/** A share is called by its month and node, in the currency of its stream. */
const shareName = { month: monthSchema, payId: z.uuid() };
const moved = { ...shareName, amount: moneySchema, day: daySchema, postings: postingsUpTo(2) };
const about = { operatorId: z.uuid(), at: instantSchema };
/** Who it was is the actor. */
const manual = { reason: text(2000), evidenceSha256: sha256Schema };
const named = { ...about, ...shareName, currency: moneySchema.shape.currency };

/** What a share that its operator does without goes to. */
export const waivedTo = z.enum(["workers", "development"]);
export type WaivedTo = z.infer<typeof waivedTo>;

export const payableEvents = [
  defineEvent("ShareVoided", {
    about: "A maintainer took a share back into the workers' pool. The next month shares it out.",
    public: moved,
    private: { ...about, ...manual },
    sealed: {},
  }),
  defineEvent("ShareRestored", {
    about:
      "A maintainer undid that a share was taken back. It is owed again, out of the development fund.",
    public: moved,
    private: { ...about, ...manual },
    sealed: {},
  }),
  defineEvent("ShareWaived", {
    about: "Its operator does without a share, for the workers' pool or the development fund.",
    public: { ...moved, to: waivedTo },
    private: about,
    sealed: {},
  }),
  defineEvent("ShareLapsed", {
    about:
      "For 36 months nobody could be paid: the share went back into the workers' pool. The next month shares it out.",
    public: moved,
    private: { ...about, finalizedAt: instantSchema },
    sealed: {},
  }),
  defineEvent("ShareAppealed", {
    about: "An operator asks a maintainer to look again at a share that was taken back.",
    public: {},
    private: named,
    sealed: { words: sealedText(2000) },
  }),
  defineEvent("ShareAppealRejected", {
    about: "A maintainer looked again at a share that was taken back, and it stays so.",
    public: {},
    private: { ...named, ...manual },
    sealed: {},
  }),
] as const;
export type PayableEvent = EventOf<(typeof payableEvents)[number]>;
