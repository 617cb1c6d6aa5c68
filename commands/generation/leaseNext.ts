import type { LeaseGeneration } from "../../domain/generation/commands.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { type Candidate, countPayees, countShares } from "../../domain/generation/draw.js";
import type { GenerationRequested } from "../../domain/generation/events.js";
import { type Unfit, unfitness, unfitnessForQueue } from "../../domain/generation/queues.js";
import type { GenerationState, OpenGeneration } from "../../domain/generation/state.js";
import type { Instant } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import type { Clock } from "../../platform/process/clock.js";
import { noteGivenLease } from "../../platform/redis/givenLeases.js";
import { claimLease, noteLease, removeLease } from "../../platform/redis/leases.js";
import type { OnlineNodes } from "../../platform/redis/onlineNodes.js";
import type { Place, WaitingLine } from "../../platform/redis/waitingLine.js";
import { handle, type Known, type Ledger, loadKnown } from "../handle.js";
import { type AskingNode, asCandidate, offer } from "./candidates.js";
import { contextInGeneration } from "./context.js";
import { Look } from "./look.js";
import { openPrompt } from "./openPrompt.js";
import { type Turn, type TurnDeps, whoseTurn } from "./whoseTurn.js";

export interface LeaseDeps extends TurnDeps {
  readonly ledger: Ledger;
  readonly waitingLine: WaitingLine;
  readonly clock: Clock;
}

/** Work that is a node's from now on. */
export interface LeasedWork {
  readonly leaseId: string;
  readonly request: GenerationRequested;
  readonly prompt: string;
  readonly deadlineAt: Instant;
}
export type Skipped = Partial<Record<Unfit, number>>;

export interface Found {
  readonly leased: LeasedWork | undefined;
  /** What stands in line and is not for this node, by reason. */
  readonly skipped: Skipped;
  /** Work that is left to another for now: worth another look soon. */
  readonly passedOver: number;
  /** It went past so much that has ended that it did not see everything: worth another at once. */
  readonly isCutShort: boolean;
}

interface Asked {
  /** Whether whoever asks still waits for the answer. */
  readonly isWanted: () => boolean;
  readonly queue?: string | undefined;
}

/** Work that is left to others and looked past, at most, in one line. */
const passedOverMax = 10;

/**
 * Leases the first in line, of all lines that this node serves or of the one that is named. A line
 * holds only what fits. What has ended meanwhile drops out. Nobody gets work who is gone.
 */
export async function leaseNext(
  leasing: LeaseDeps,
  node: AskingNode,
  { isWanted, queue }: Asked,
): Promise<Found> {
  const look = new Look(isWanted);
  const lines = queue === undefined ? await leasing.waitingLine.list() : [{ queue, waiting: 1 }];
  const candidate = asCandidate(node);
  const skipped: Skipped = {};
  let passedOver = 0;
  for (const line of lines) {
    const unfit = unfitnessForQueue(line.queue, node);
    if (unfit !== undefined) {
      skipped[unfit] = (skipped[unfit] ?? 0) + line.waiting;
      continue;
    }
    const found = await leaseFrom(leasing, candidate, { queue: line.queue, look });
    passedOver += found.passedOver;
    if (found.leased !== undefined || look.isCutShort) {
      return { leased: found.leased, skipped, passedOver, isCutShort: look.isCutShort };
    }
  }
  return { leased: undefined, skipped, passedOver, isCutShort: false };
}

type Looked = Pick<Found, "leased" | "passedOver">;

interface Looking {
  readonly queue: string;
  readonly look: Look;
}

/** What is left to others goes back to the head in the old order, and whoever is preferred is woken. */
async function leaseFrom(
  leasing: LeaseDeps,
  node: Candidate,
  { queue, look }: Looking,
): Promise<Looked> {
  const left: { readonly place: Place; readonly turn: Turn }[] = [];
  try {
    while (left.length < passedOverMax) {
      const leaseId = newId();
      const place = await takeNext(leasing, { queue, look }, leaseId);
      if (place === undefined) break;
      const answer = await consider(leasing, node, { queue, look, place, leaseId });
      if (answer === "gone") continue;
      if (answer === "busy") return { leased: undefined, passedOver: 0 };
      if ("leaseId" in answer) return { leased: answer, passedOver: left.length };
      left.push({ place, turn: answer });
    }
    return { leased: undefined, passedOver: left.length };
  } finally {
    for (const { place } of left.toReversed()) await place.putBack();
    for (const { turn } of left) await offer(leasing.redis, queue, turn.preferred, turn.failed);
  }
}

const takeNext = async (
  { waitingLine }: LeaseDeps,
  { queue, look }: Looking,
  leaseId: string,
): Promise<Place | undefined> => (look.mayTake() ? waitingLine.take(queue, leaseId) : undefined);

interface Considered extends Looking {
  readonly place: Place;
  readonly leaseId: string;
}

async function consider(
  leasing: LeaseDeps,
  node: Candidate,
  { queue, look, place, leaseId }: Considered,
): Promise<LeasedWork | Turn | "gone" | "busy"> {
  try {
    const { generationId } = place;
    const loaded = await loadKnown(leasing.ledger, generationDecider, { generationId }, isWaiting);
    const { state } = loaded;
    if (state.status !== "open" || state.current !== undefined) return await gone(place);
    const turn = await whoseTurn(leasing, node, { queue, state, at: leasing.clock.now() });
    if (!turn.isOurs) return turn;
    const { nodeId } = node;
    const isFree = look.isWanted() && (await claimLease(leasing.redis, { nodeId, leaseId }));
    if (!isFree) return await busy(place);
    const leased = await lease(leasing, node, { leaseId, loaded, state });
    await place.leave();
    if (leased === undefined) await removeLease(leasing.redis, { nodeId, leaseId });
    return leased ?? "gone";
  } catch (error) {
    await place.putBack();
    throw error;
  }
}

const isWaiting = (state: GenerationState): boolean =>
  state.status === "open" && state.current === undefined;

async function busy(place: Place): Promise<"busy"> {
  await place.putBack();
  return "busy";
}

async function gone(place: Place): Promise<"gone"> {
  await place.leave();
  return "gone";
}

interface Wanted {
  readonly leaseId: string;
  readonly loaded: Known<GenerationState>;
  readonly state: OpenGeneration;
}

/** Undefined when the prompt is erased, or somebody else was faster. */
async function lease(
  { ledger, redis, clock, onlineNodes }: LeaseDeps,
  node: Candidate,
  { leaseId, loaded, state: { request } }: Wanted,
): Promise<LeasedWork | undefined> {
  const { generationId } = request.data.private;
  const { nodeId } = node;
  const at = clock.now();
  const about = { generationId, at };
  const context = contextInGeneration(loaded, {
    commandId: leaseId,
    isDrawn: true,
    actor: `node:${nodeId}`,
    at,
  });
  const opened = await openPrompt(ledger.vault, loaded.events);
  if (opened === undefined) {
    const fail = { type: "FailGeneration", ...about, reason: "prompt-erased" } as const;
    await handle(ledger, generationDecider, fail, context, loaded);
    return undefined;
  }
  const drawn = await countDrawn(onlineNodes, request, node);
  const take = { type: "LeaseGeneration", ...about, leaseId, nodeId, ...drawn } as const;
  const { state } = await handle(ledger, generationDecider, take, context, loaded);
  if (state.status !== "open" || state.current?.leaseId !== leaseId) return undefined;
  const { deadlineAt } = state.current;
  const given = { leaseId, generationId, nodeId };
  await Promise.all([noteGivenLease(redis, given), noteLease(redis, { ...given, deadlineAt }, at)]);
  return { leaseId, request, prompt: opened.prompt, deadlineAt };
}

/**
 * How many could have got this work: everybody whose nodes are there and can do it, also those that are
 * busy right now, or that failed at it. And how many payees are there at all.
 */
async function countDrawn(
  onlineNodes: OnlineNodes,
  { data }: GenerationRequested,
  node: Candidate,
): Promise<Pick<LeaseGeneration, "drawnFrom" | "payeesOnline">> {
  const online = await onlineNodes.list();
  const able = online.filter((each) => unfitness(data.private, each) === undefined);
  return { drawnFrom: countShares([...able, node]), payeesOnline: countPayees([...online, node]) };
}
