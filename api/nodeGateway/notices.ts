import type { Instant } from "../../domain/time.js";
import { isContested } from "../../platform/redis/nodeRuns.js";
import type { NodePresence } from "../../platform/redis/nodes.js";

/** What a node tells its owner, as part of an answer. */
export const noticeOf = ({ contestedAt }: Pick<NodePresence, "contestedAt">, now: Instant) =>
  isContested(contestedAt, now) ? { notice: "key-in-use-elsewhere" as const } : {};
