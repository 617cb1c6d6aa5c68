import type { NotNull } from "kysely";
import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import { pageOf, type TimedPage } from "../timedPage.js";
import type { TenureRow } from "./projection.js";

export type { TenureRow } from "./projection.js";

export const findTenure = (db: ReadDb, nodeId: string): Promise<TenureRow | undefined> =>
  db.selectFrom("read_tenure").selectAll().where("node_id", "=", nodeId).executeTakeFirst();

/** Nodes that have worked enough, and are to be trusted from a time in this span on. */
export function listTrustDue(
  db: ReadDb,
  page: TimedPage,
): Promise<(Omit<TenureRow, "trust_due_at"> & { trust_due_at: string })[]> {
  const query = db.selectFrom(readBy("read_tenure", "trust_due")).selectAll();
  return pageOf(query, ["trust_due_at", "node_id"], page)
    .$narrowType<{ trust_due_at: NotNull }>()
    .execute();
}

export interface Owned {
  readonly nodeId: string;
  readonly operatorId: string | null;
  readonly payeeId: string | null;
  readonly suspendedAt: string | null;
}

/** Whose these nodes are, who is paid for them, and whether they are suspended. */
export const listOwners = (db: ReadDb, nodeIds: readonly string[]): Promise<Owned[]> =>
  db
    .selectFrom("read_tenure")
    .leftJoin("read_operator", "read_operator.operator_id", "read_tenure.operator_id")
    .select([
      "read_tenure.node_id as nodeId",
      "read_tenure.operator_id as operatorId",
      "read_operator.payee_id as payeeId",
      "read_tenure.suspended_at as suspendedAt",
    ])
    .where("read_tenure.node_id", "in", [...nodeIds])
    .execute();

interface WantedNodes {
  readonly operatorId: string;
  readonly limit: number;
  /** The last of the page before. */
  readonly after?: string | undefined;
}

/** An operator's nodes, by id; a page of them. */
export const listOwnedBy = (
  db: ReadDb,
  { operatorId, limit, after = "" }: WantedNodes,
): Promise<TenureRow[]> =>
  db
    .selectFrom("read_tenure")
    .selectAll()
    .where("operator_id", "=", operatorId)
    .where("node_id", ">", after)
    .orderBy("node_id")
    .limit(limit)
    .execute();

/** Whose the node is that is paid under this id. */
export async function findOperatorOfPayId(db: ReadDb, payId: string): Promise<string | undefined> {
  const query = db.selectFrom(readBy("read_tenure", "of_pay_id")).select("operator_id");
  return (await query.where("pay_id", "=", payId).executeTakeFirst())?.operator_id ?? undefined;
}

/** Whose the nodes are that are paid under these ids. */
export async function listOperatorsOfPayIds(
  db: ReadDb,
  payIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (payIds.length === 0) return new Map();
  const rows = await db
    .selectFrom(readBy("read_tenure", "of_pay_id"))
    .select(["pay_id", "operator_id"])
    .where("pay_id", "in", [...payIds])
    .$narrowType<{ pay_id: NotNull; operator_id: NotNull }>()
    .execute();
  return new Map(rows.map(({ pay_id, operator_id }) => [pay_id, operator_id]));
}
