import { choiceColumn } from "../choiceColumn.js";
import { keyedProjection } from "../keyedProjection.js";

const states = ["reserved", "released", "spent"] as const;

/** Answers "which reserved generations are not settled yet?", for the sweep. */
export type ReservationRow = {
  readonly generation_id: string;
  readonly user_id: string;
  readonly day: string;
  readonly reserved_at: string;
  readonly state: (typeof states)[number];
};

declare module "../readTables.js" {
  interface ReadTables {
    read_reservation: ReservationRow;
  }
}

/** Calls with one idempotency key around midnight may reserve on both days. */
const ofReservation = {
  key: ({ data }: { data: { private: { generationId: string; day: string } } }) => [
    data.private.generationId,
    data.private.day,
  ],
};

export const reservations = keyedProjection<
  ReservationRow,
  "QuotaReserved" | "QuotaReleased" | "QuotaSpent"
>({
  name: "reservations",
  version: 2,
  table: "read_reservation",
  primaryKey: ["generation_id", "day"],
  group: "generations",
  aboutMoney: false,
  columns: `
    generation_id CHAR(36) CHARACTER SET ascii NOT NULL,
    user_id CHAR(36) CHARACTER SET ascii NOT NULL,
    day CHAR(10) CHARACTER SET ascii NOT NULL,
    reserved_at CHAR(24) CHARACTER SET ascii NOT NULL,
    state ${choiceColumn(states, 8)},
    PRIMARY KEY (generation_id, day),
    KEY open (state, reserved_at)`,
  handlers: {
    QuotaReserved: {
      ...ofReservation,
      fold: (_row, { event }) => {
        const { generationId, userId, day, at } = event.data.private;
        const about = { generation_id: generationId, user_id: userId, day, reserved_at: at };
        return { ...about, state: "reserved" };
      },
    },
    QuotaReleased: { ...ofReservation, fold: (row) => row && { ...row, state: "released" } },
    QuotaSpent: { ...ofReservation, fold: (row) => row && { ...row, state: "spent" } },
  },
});
