import { keyedProjection } from "../keyedProjection.js";

/** Answers "how many of my free generations did I use?", per user and UTC day. */
export type QuotaDayRow = {
  readonly user_id: string;
  readonly day: string;
  /** Reserved or spent. */
  readonly used: number;
  readonly spent: number;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_quota_day: QuotaDayRow;
  }
}

const ofDay = {
  key: ({ data }: { data: { private: { userId: string; day: string } } }) => [
    data.private.userId,
    data.private.day,
  ],
};

export const quotaDays = keyedProjection<
  QuotaDayRow,
  "QuotaReserved" | "QuotaReleased" | "QuotaSpent" | "QuotaReset"
>({
  name: "quota-days",
  version: 2,
  table: "read_quota_day",
  primaryKey: ["user_id", "day"],
  group: "generations",
  aboutMoney: false,
  columns: `
    user_id CHAR(36) CHARACTER SET ascii NOT NULL,
    day CHAR(10) CHARACTER SET ascii NOT NULL,
    used INT NOT NULL,
    spent INT NOT NULL,
    PRIMARY KEY (user_id, day)`,
  handlers: {
    QuotaReserved: {
      ...ofDay,
      fold: (row, { event }) => {
        const { userId, day } = event.data.private;
        const { used, spent } = row ?? { used: 0, spent: 0 };
        return { user_id: userId, day, used: used + 1, spent };
      },
    },
    QuotaReleased: { ...ofDay, fold: (row) => row && { ...row, used: row.used - 1 } },
    QuotaReset: {
      ...ofDay,
      fold: (row) => row && { ...row, used: row.used - row.spent, spent: 0 },
    },
    QuotaSpent: { ...ofDay, fold: (row) => row && { ...row, spent: row.spent + 1 } },
  },
});
