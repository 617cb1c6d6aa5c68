import { isPayoutNews, operatorOf, type PayoutNews } from "../../domain/operator/news.js";
import { choiceColumn } from "../choiceColumn.js";
import { keyedProjection } from "../keyedProjection.js";

const newsKinds = ["account", "sign-in"] as const;

/** Answers "what must an operator hear of?" Whoever misses a mail finds what to send by it. */
export type PayoutNewsRow = {
  readonly event_id: string;
  readonly operator_id: string;
  readonly happened_at: string;
  /** Of the payout account, or of the password, which everybody has. */
  readonly kind: (typeof newsKinds)[number];
};

declare module "../readTables.js" {
  interface ReadTables {
    read_payout_news: PayoutNewsRow;
  }
}

const telling = {
  key: (_event: unknown, { id }: { readonly id: string }) => [id],
  fold: (
    _row: unknown,
    { id: event_id, event }: { readonly id: string; readonly event: PayoutNews },
  ): PayoutNewsRow | undefined => {
    if (!isPayoutNews(event)) return undefined;
    const kind = event.type === "PasswordChanged" ? "sign-in" : "account";
    const { at: happened_at } = event.data.private;
    return { event_id, operator_id: operatorOf(event), happened_at, kind };
  },
};

export const payoutNews = keyedProjection<PayoutNewsRow, PayoutNews["type"]>({
  name: "payout-news",
  version: 1,
  table: "read_payout_news",
  primaryKey: ["event_id"],
  group: "accounts",
  aboutMoney: false,
  columns: `
    event_id CHAR(36) CHARACTER SET ascii NOT NULL,
    operator_id CHAR(36) CHARACTER SET ascii NOT NULL,
    happened_at CHAR(24) CHARACTER SET ascii NOT NULL,
    kind ${choiceColumn(newsKinds, 8)},
    PRIMARY KEY (event_id),
    KEY of_operator (operator_id, kind),
    KEY recent (happened_at, event_id)`,
  handlers: {
    PayoutAccountLinked: telling,
    PayoutAccountVerified: telling,
    PayoutAccountRemoved: telling,
    PayoutAccountFrozen: telling,
    PayoutAccountUnfrozen: telling,
    PasswordChanged: telling,
  },
});
