import { keyedProjection } from "../keyedProjection.js";

/** Answers "who is paid for this operator's nodes?" */
export type OperatorRow = {
  readonly operator_id: string;
  readonly payee_id: string;
  readonly linked_at: string;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_operator: OperatorRow;
  }
}

export const operators = keyedProjection<OperatorRow, "PayeeLinked">({
  name: "operators",
  version: 1,
  table: "read_operator",
  primaryKey: ["operator_id"],
  group: "accounts",
  aboutMoney: false,
  columns: `
    operator_id CHAR(36) CHARACTER SET ascii NOT NULL,
    payee_id CHAR(36) CHARACTER SET ascii NOT NULL,
    linked_at CHAR(24) CHARACTER SET ascii NOT NULL,
    PRIMARY KEY (operator_id)`,
  handlers: {
    PayeeLinked: {
      key: (event) => [event.data.private.operatorId],
      fold: (_row, { event }) => {
        const { operatorId, payeeId, at } = event.data.private;
        return { operator_id: operatorId, payee_id: payeeId, linked_at: at };
      },
    },
  },
});
