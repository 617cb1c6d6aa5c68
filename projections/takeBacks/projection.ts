import { Amount } from "../../domain/money/money.js";
import type { PayableEvent } from "../../domain/payable/events.js";
import { locate } from "../../platform/vault/located.js";
import { amountColumn, amountText } from "../amounts.js";
import { choiceColumn } from "../choiceColumn.js";
import { keyedProjection } from "../keyedProjection.js";

/** `settled`: it was undone, or looked at again and left as it is. */
const appeals = ["none", "open", "settled"] as const;

/** Answers "which shares were taken back, why, and who disagrees?" A share keeps the last time of it. */
export type TakeBackRow = {
  readonly month: string;
  readonly currency: string;
  readonly pay_id: string;
  readonly operator_id: string;
  readonly event_id: string;
  readonly voided_at: string;
  readonly amount: string;
  readonly reason: string;
  /** 1 once that was undone. */
  readonly undone: number;
  readonly appeal: (typeof appeals)[number];
  /** When the operator appealed; empty before. */
  readonly appealed_at: string;
  /** Sealed; see vault/located.ts. */
  readonly words: string | null;
  /** Why it was undone, or stays as it is; null before. */
  readonly answer: string | null;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_take_back: TakeBackRow;
  }
}

type Shown = Extract<PayableEvent, { type: "ShareVoided" | "ShareRestored" }>;
type Named = Extract<PayableEvent, { type: "ShareAppealed" | "ShareAppealRejected" }>;

const ofShare = {
  key: ({ data: { public: shown } }: Shown) => [shown.month, shown.amount.currency, shown.payId],
};
const ofAppeal = {
  key: ({ data: { private: about } }: Named) => [about.month, about.currency, about.payId],
};

export const takeBacks = keyedProjection<TakeBackRow, Shown["type"] | Named["type"]>({
  name: "take-backs",
  version: 1,
  table: "read_take_back",
  primaryKey: ["month", "currency", "pay_id"],
  group: "money",
  aboutMoney: false,
  columns: `
    month CHAR(7) CHARACTER SET ascii NOT NULL,
    currency CHAR(3) CHARACTER SET ascii NOT NULL,
    pay_id CHAR(36) CHARACTER SET ascii NOT NULL,
    operator_id CHAR(36) CHARACTER SET ascii NOT NULL,
    event_id CHAR(36) CHARACTER SET ascii NOT NULL,
    voided_at CHAR(24) CHARACTER SET ascii NOT NULL,
    amount ${amountColumn},
    reason VARCHAR(2000) NOT NULL,
    undone TINYINT NOT NULL,
    appeal ${choiceColumn(appeals, 8)},
    appealed_at VARCHAR(24) CHARACTER SET ascii NOT NULL,
    words MEDIUMTEXT CHARACTER SET ascii NULL,
    answer VARCHAR(2000) NULL,
    PRIMARY KEY (month, currency, pay_id),
    KEY of_operator (operator_id, voided_at, event_id),
    KEY recent (voided_at, event_id),
    KEY of_appeal (appeal, appealed_at)`,
  handlers: {
    ShareVoided: {
      ...ofShare,
      fold: (_row, { event: { data }, id }) => ({
        month: data.public.month,
        currency: data.public.amount.currency,
        pay_id: data.public.payId,
        operator_id: data.private.operatorId,
        event_id: id,
        voided_at: data.private.at,
        amount: amountText(new Amount(data.public.amount.amount)),
        reason: data.private.reason,
        undone: 0,
        appeal: "none",
        appealed_at: "",
        words: null,
        answer: null,
      }),
    },
    ShareRestored: {
      ...ofShare,
      fold: (row, { event }) =>
        row && {
          ...row,
          undone: 1,
          appeal: row.appeal === "none" ? "none" : "settled",
          answer: event.data.private.reason,
        },
    },
    ShareAppealed: {
      ...ofAppeal,
      fold: (row, stored) =>
        row && {
          ...row,
          appeal: "open",
          appealed_at: stored.event.data.private.at,
          words: locate(stored, "words"),
        },
    },
    ShareAppealRejected: {
      ...ofAppeal,
      fold: (row, { event }) =>
        row && { ...row, appeal: "settled", answer: event.data.private.reason },
    },
  },
});
