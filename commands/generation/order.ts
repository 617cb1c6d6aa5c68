import type { OnlineNodes } from "../../platform/redis/onlineNodes.js";
import type { CommandContext } from "../context.js";
import type { Ledger } from "../handle.js";
import {
  findEarlier,
  findStanding,
  type GenerationOrder,
  type Requested,
  requestGeneration,
} from "./request.js";

export interface OrderDeps {
  readonly ledger: Ledger;
  readonly onlineNodes: OnlineNodes;
}

export type Ordered =
  /** `known` came with an earlier call of the same idempotency key. */
  (Requested & { readonly outcome: "requested" | "known" }) | Unservable;

/** No node that is online could do it. */
type Unservable =
  | { readonly outcome: "model-not-offered"; readonly offered: readonly string[] }
  | { readonly outcome: "no-node" };

/**
 * Requests a generation, or finds it when the call may be a repeated one. Says no at once instead of
 * letting a request wait in a line that can't move.
 * @throws DomainError IDEMPOTENCY_KEY_REUSED and what requestGeneration throws
 */
export async function orderGeneration(
  { ledger, onlineNodes }: OrderDeps,
  {
    order,
    dailyLimit,
    mayBeKnown,
  }: {
    readonly order: GenerationOrder;
    readonly dailyLimit: number;
    readonly mayBeKnown: boolean;
  },
  context: CommandContext,
): Promise<Ordered> {
  const known = mayBeKnown ? await findEarlier(ledger.store, order) : undefined;
  if (known !== undefined) return { outcome: "known", ...known };
  const unservable = await findUnservable(onlineNodes, order);
  if (unservable !== undefined) return unservable;
  const requested = await requestGeneration(ledger, { ...order, dailyLimit }, context);
  if (!mayBeKnown) return { outcome: "requested", ...requested };
  const standing = await findStanding(ledger, order, context);
  return { outcome: isSame(standing, requested) ? "requested" : "known", ...standing };
}

/** The salt is drawn anew for every event, so it shows whose append stands. */
const isSame = (a: Requested, b: Requested): boolean =>
  a.state.request.data.salt === b.state.request.data.salt;

async function findUnservable(
  onlineNodes: OnlineNodes,
  { model, stems, frames, sampleRate }: GenerationOrder,
): Promise<Unservable | undefined> {
  if (model !== null) {
    const offered = new Set((await onlineNodes.list()).flatMap((node) => node.models));
    if (!offered.has(model)) return { outcome: "model-not-offered", offered: [...offered].sort() };
  }
  const audioMs = Math.round((frames / sampleRate) * 1000);
  const able = await onlineNodes.able({ model, stems, audioMs, sampleRate });
  return able.length === 0 ? { outcome: "no-node" } : undefined;
}
