import { keyedProjection } from "../keyedProjection.js";

/** Answers "who is paid, or named to be paid, at one account?" Nobody but the operators' own answers shows it. */
export type PayeeRow = {
  readonly operator_id: string;
  readonly payee_id: string;
  /** Where in `$all` the operator first named it. */
  readonly position: string;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_payee: PayeeRow;
  }
}

type Naming = {
  readonly data: { readonly private: { readonly operatorId: string; readonly payeeId: string } };
};

/** Also one that waits for a maintainer: whoever named it can be paid there. */
const naming = {
  key: ({ data }: Naming) => [data.private.operatorId, data.private.payeeId],
  fold: (
    row: PayeeRow | undefined,
    { event, position }: { readonly event: Naming; readonly position: bigint },
  ): PayeeRow => {
    const { operatorId, payeeId } = event.data.private;
    return row ?? { operator_id: operatorId, payee_id: payeeId, position: String(position) };
  },
};

export const payees = keyedProjection<PayeeRow, "PayeeLinked" | "PayeeHeld">({
  name: "payees",
  version: 1,
  table: "read_payee",
  primaryKey: ["operator_id", "payee_id"],
  group: "money",
  aboutMoney: false,
  columns: `
    operator_id CHAR(36) CHARACTER SET ascii NOT NULL,
    payee_id CHAR(36) CHARACTER SET ascii NOT NULL,
    position BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (operator_id, payee_id),
    KEY of_payee (payee_id, operator_id)`,
  handlers: { PayeeLinked: naming, PayeeHeld: naming },
});
