import { nodeDecider } from "../../domain/node/decider.js";
import type { NodeDescription } from "../../domain/node/description.js";
import { joinsPerDayMax, workBitsFor } from "../../domain/node/work.js";
import { operatorTermsVersion } from "../../domain/terms.js";
import type { Instant } from "../../domain/time.js";
import { nodeIdOf } from "../../platform/ids.js";
import { readNodePublicKey } from "../../platform/keys/nodePublicKey.js";
import { isProof } from "../../platform/keys/nodeSignatures.js";
import { isWork } from "../../platform/keys/nodeWork.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { countJoin, takeBackJoin } from "../../platform/redis/joins.js";
import { beginRun } from "../../platform/redis/nodeRuns.js";
import { startNodeSession, useNonce } from "../../platform/redis/nodeSessions.js";
import { findNode, isOnline, noteNode } from "../../platform/redis/nodes.js";
import { noteAcceptedBefore } from "../../platform/redis/standings.js";
import { contextOf, type Origin } from "../context.js";
import { enrolWith, findEnrolment } from "../enrolment/enrolNode.js";
import { handle, type Ledger, load } from "../handle.js";
import { lookUpOwner } from "./owner.js";

export interface NodeRegistration {
  /** As the node spells it: its identity is the key, not the spelling. */
  readonly publicKey: string;
  readonly termsVersion: string;
  readonly description: NodeDescription;
  /** What it found, where it was asked to work before it joins. */
  readonly work: string;
  /** HMAC of the address block that it registers from. */
  readonly block: string;
  /** What ties it to an account. */
  readonly enrolmentToken?: string | undefined;
  /** The run of its program; not said by older ones. */
  readonly runId?: string | undefined;
  /** That the node holds the key: a signature over our nonce, our origin, and all that it sent. */
  readonly proof: {
    readonly nonce: string;
    readonly origin: string;
    readonly bodySha256: string;
    readonly signature: string;
  };
}

export type NodeRegistered =
  | {
      readonly outcome: "registered";
      readonly nodeId: string;
      readonly sessionToken: string;
      readonly isClaimed: boolean;
      readonly position: bigint | undefined;
    }
  | {
      readonly outcome:
        | "bad-nonce"
        | "bad-key"
        | "bad-signature"
        | "old-terms"
        | "too-many"
        | "key-in-use";
    }
  | { readonly outcome: "no-work"; readonly bits: number };

export interface Registering {
  readonly ledger: Ledger;
  readonly redis: RedisClient;
  /** How many of its jobs were accepted so far, by a read model. */
  readonly countAccepted: (nodeId: string) => Promise<number>;
}

/**
 * Lets a node in by its key; the same key is the same node again, in a new session. With a token that
 * is not good it is not let in: what it would make unclaimed could never earn, and nobody would notice.
 * @throws DomainError ENROLMENT_TOKEN_…, NODE_CLAIMED_BY_ANOTHER, HISTORY_FULL
 */
export async function registerNode(
  deps: Registering,
  registration: NodeRegistration,
  { at, correlationId }: Pick<Origin, "at" | "correlationId">,
): Promise<NodeRegistered> {
  const { ledger, redis } = deps;
  const { publicKey: given, termsVersion, description, block, proof } = registration;
  const { signature, ...signed } = proof;
  // The nonce is used up first, whatever comes of it: it never serves a second guess.
  if (!(await useNonce(redis, signed.nonce))) return { outcome: "bad-nonce" };
  const publicKey = readNodePublicKey(given);
  if (publicKey === undefined) return { outcome: "bad-key" };
  const purpose = "obsidian-node-register";
  if (!isProof(publicKey, { purpose, ...signed }, signature)) return { outcome: "bad-signature" };
  if (termsVersion !== operatorTermsVersion) return { outcome: "old-terms" };
  const nodeId = nodeIdOf(publicKey);
  const loaded = await load(ledger.store, nodeDecider, { nodeId });
  const { tenure } = loaded.state;
  const { enrolmentToken } = registration;
  const enrolment = await findEnrolment(ledger, enrolmentToken, { nodeId, tenure, at });
  if (loaded.state.status !== "registered") {
    const refused = await refuseJoin(redis, registration, at);
    if (refused !== undefined) return refused;
  }
  if (!(await mayRun(redis, nodeId, registration, at))) return { outcome: "key-in-use" };
  const command = {
    type: "RegisterNode" as const,
    nodeId,
    at,
    publicKey,
    termsVersion,
    description,
  };
  const context = contextOf({ actor: `node:${nodeId}`, at, correlationId });
  const enrolling = { nodeId, enrolment, context };
  const position = await enrolWith(ledger, enrolling, () =>
    handle(ledger, nodeDecider, command, context, loaded),
  );
  await noteAcceptedBefore(redis, nodeId, await deps.countAccepted(nodeId));
  await noteHere(redis, { nodeId, block, description, at });
  await lookUpOwner({ store: ledger.store, redis }, nodeId);
  const sessionToken = await startNodeSession(redis, { nodeId, publicKey });
  const isClaimed = tenure.operatorId !== undefined || enrolment !== undefined;
  return { outcome: "registered", nodeId, sessionToken, isClaimed, position };
}

/** One machine at a time has the key; which of its runs is there cannot be told of older software. */
async function mayRun(
  redis: RedisClient,
  nodeId: string,
  { runId }: NodeRegistration,
  at: Instant,
): Promise<boolean> {
  if (runId === undefined) return true;
  const known = await findNode(redis, nodeId);
  const isHere = known !== undefined && isOnline(known, at) && known.state !== "draining";
  return beginRun(redis, { nodeId, runId, isHere, at });
}

/** Counts a node that joins, unless many of its neighbours did today and it has not worked for it. */
async function refuseJoin(
  redis: RedisClient,
  { publicKey, work, block, proof }: NodeRegistration,
  at: Instant,
): Promise<NodeRegistered | undefined> {
  const joining = { block, at };
  const nth = await countJoin(redis, joining);
  const bits = workBitsFor(nth);
  const isTooMany = nth > joinsPerDayMax;
  if (!isTooMany && isWork({ nonce: proof.nonce, publicKey }, work, bits)) return undefined;
  await takeBackJoin(redis, joining);
  return isTooMany ? { outcome: "too-many" } : { outcome: "no-work", bits };
}

interface Here extends Pick<NodeRegistration, "block" | "description"> {
  readonly nodeId: string;
  readonly at: Instant;
}

async function noteHere(
  redis: RedisClient,
  { nodeId, block, description, at }: Here,
): Promise<void> {
  const { models, stems, audioMsMax, sampleRateMax } = description;
  const known = await findNode(redis, nodeId);
  const onlineSince = known !== undefined && isOnline(known, at) ? known.onlineSince : at;
  const able = { models, stems, audioMsMax, sampleRateMax };
  const seen = { seenAt: at, onlineSince, state: "idle" as const, telemetry: {} };
  await noteNode(redis, { nodeId, block, ...able, ...seen });
}
