import type { Stem } from "../audio/music.js";
import type { Secret } from "../message.js";
import type { Instant } from "../time.js";
import type { LeaseEnd, OwnWork } from "./events.js";

interface AboutGeneration {
  readonly generationId: string;
  readonly at: Instant;
}

export interface RequestGeneration extends AboutGeneration {
  readonly type: "RequestGeneration";
  readonly userId: string;
  /** The UTC day whose quota was reserved, "2026-11-22". */
  readonly quotaDay: string;
  readonly expiresAt: Instant;
  readonly bodyHash: string;
  readonly prompt: Secret;
  /** 32 random bytes, base64url: with it the owner can show which prompt was certified. */
  readonly commitmentSecret: Secret;
  readonly bpm: number;
  /** As formatKey writes it, or null when the engine may choose. */
  readonly key: string | null;
  readonly frames: number;
  readonly sampleRate: number;
  readonly stems: readonly Stem[];
  readonly seed: number;
  readonly model: string | null;
}

export interface LeaseGeneration extends AboutGeneration {
  readonly type: "LeaseGeneration";
  readonly leaseId: string;
  readonly nodeId: string;
  /** How many could have got it, and how many payees were there: see draw.ts. */
  readonly drawnFrom?: number;
  readonly payeesOnline?: number;
}

export interface EndLease extends AboutGeneration {
  readonly type: "EndLease";
  readonly leaseId: string;
  readonly reason: LeaseEnd;
  /** A code from a closed list, never a node's own words. */
  readonly detail?: string;
  /** Whether the node was proven. What one on probation fails uses up no attempt. */
  readonly proven: boolean;
}

export interface CompleteGeneration extends AboutGeneration {
  readonly type: "CompleteGeneration";
  readonly leaseId: string;
  /** When the last byte of the upload was here. */
  readonly arrivedAt: Instant;
  /** Since when nodes could reach us without a gap. */
  readonly heardSince: Instant;
  readonly model: string;
  /** What the node sent: hash of its `fmt ` and `data` payloads, and the node's signature over it. */
  readonly sentAudioSha256: string;
  readonly nodeSignature: string;
  /** What the user gets: hash of the whole file, and of its `fmt ` and `data` payloads; hex. */
  readonly sha256: string;
  readonly audioSha256: string;
  readonly bytes: number;
  readonly certificate: string;
  /** Other work had this audio before, with other inputs: it is worth nothing. */
  readonly heardBefore?: boolean;
  readonly ownWork?: OwnWork;
  /** What the node understood of the prompt. */
  readonly understood?: Secret;
}

export interface CancelGeneration extends AboutGeneration {
  readonly type: "CancelGeneration";
  readonly userId: string;
  readonly quotaDay: string;
  /** `never-requested` closes a stream that a slow request has not opened yet. */
  readonly reason: "asked" | "never-requested";
}

export interface FailGeneration extends AboutGeneration {
  readonly type: "FailGeneration";
  readonly reason: "prompt-erased";
}

export interface ExpireGeneration extends AboutGeneration {
  readonly type: "ExpireGeneration";
}

export interface VoidContribution extends AboutGeneration {
  readonly type: "VoidContribution";
  readonly reason: string;
  readonly evidenceSha256: string;
}

export type GenerationCommand =
  | RequestGeneration
  | LeaseGeneration
  | EndLease
  | CompleteGeneration
  | CancelGeneration
  | FailGeneration
  | ExpireGeneration
  | VoidContribution;
