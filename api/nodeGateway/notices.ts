import type { Notice } from "../../domain/node/wire.js";
import type { Instant } from "../../domain/time.js";
import { isContested } from "../../platform/redis/nodeRuns.js";
import type { NodePresence } from "../../platform/redis/nodes.js";

type Noticed = Pick<NodePresence, "contestedAt" | "suspended">;

/** What a node tells its owner, as part of an answer. */
export function noticeOf(
  { contestedAt, suspended }: Noticed,
  now: Instant,
): { readonly notice?: Notice } {
  if (suspended !== undefined) return { notice: "suspended" };
  return isContested(contestedAt, now) ? { notice: "key-in-use-elsewhere" } : {};
}
