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
interface Unservable {
  readonly outcome: "no-node";
}

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
  const servable = await findServable(onlineNodes, order);
  if (servable === undefined) return { outcome: "no-node" };
  const requested = await requestGeneration(ledger, { ...servable, dailyLimit }, context);
  if (!mayBeKnown) return { outcome: "requested", ...requested };
  const standing = await findStanding(ledger, order, context);
  return { outcome: isSame(standing, requested) ? "requested" : "known", ...standing };
}

/** The salt is drawn anew for every event, so it shows whose append stands. */
const isSame = (a: Requested, b: Requested): boolean =>
  a.state.request.data.salt === b.state.request.data.salt;

/** The model is a wish: where no node online could do it with that one, any other may. */
async function findServable(
  onlineNodes: OnlineNodes,
  order: GenerationOrder,
): Promise<GenerationOrder | undefined> {
  const { model, stems, frames, sampleRate } = order;
  const audioMs = Math.round((frames / sampleRate) * 1000);
  const isServed = async (by: string | null): Promise<boolean> =>
    (await onlineNodes.able({ model: by, stems, audioMs, sampleRate })).length > 0;
  if (await isServed(model)) return order;
  return model !== null && (await isServed(null)) ? { ...order, model: null } : undefined;
}
