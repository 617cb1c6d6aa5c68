import type { GenerationCommand } from "../../domain/generation/commands.js";
import type { GenerationEvent } from "../../domain/generation/events.js";
import type { Draft, Secret } from "../../domain/message.js";

/** One generation and what can happen to it, in short words for tests. */

export const generationId = "9b2f6d1e-0d6a-4c3b-8a53-3f1f6d2b7c01";
export const userId = "5f0d2c4a-4f43-4a51-9a8f-6d5b1f2f0a11";
export const strangerId = "11111111-4f43-4a51-9a8f-6d5b1f2f0a11";
export const quotaDay = "2026-11-22";
export const requestedAt = "2026-11-22T16:00:00.000Z";
export const expiresAt = "2026-11-22T16:02:00.000Z";

export const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** Seconds after the request. */
export const after = (seconds: number): string =>
  new Date(Date.parse(requestedAt) + 1000 * seconds).toISOString();

const secret = (text: string): Secret => ({ personId: userId, purpose: "prompts-202611", text });
const sealed = { prompt: secret("dark techno"), commitmentSecret: secret("random") };
const asked = {
  bodyHash: "hash",
  bpm: 128,
  key: "F# Dorian",
  frames: 288_000,
  sampleRate: 48_000,
  seed: 7,
  model: null,
};

export const request = (stems: "stems" | "plain" = "plain"): GenerationCommand => ({
  type: "RequestGeneration",
  generationId,
  userId,
  quotaDay,
  at: requestedAt,
  expiresAt,
  ...asked,
  ...sealed,
  stems: stems === "stems" ? ["drums", "bass"] : [],
});

export const requested = (stems: "stems" | "plain" = "plain"): Draft<GenerationEvent> => ({
  type: "GenerationRequested",
  public: {},
  private: {
    generationId,
    userId,
    quotaDay,
    at: requestedAt,
    expiresAt,
    ...asked,
    audioMs: 6000,
    stems: stems === "stems" ? ["drums", "bass"] : [],
  },
  sealed,
});

export const lease = (n: number, seconds = 1): GenerationCommand => ({
  type: "LeaseGeneration",
  generationId,
  leaseId: idOf(n),
  nodeId: idOf(100 + n),
  at: after(seconds),
});

/** 6 s of audio have 30 s to be in time. */
export const leased = (n: number, { attempt = n, seconds = 1 } = {}): Draft<GenerationEvent> => ({
  type: "GenerationLeased",
  public: {},
  private: {
    generationId,
    leaseId: idOf(n),
    nodeId: idOf(100 + n),
    attempt,
    at: after(seconds),
    deadlineAt: after(seconds + 30),
  },
  sealed: {},
});

type Reason = Extract<GenerationCommand, { type: "EndLease" }>["reason"];

/** By a node that is proven, unless `by` says otherwise. */
export const endLease = (
  n: number,
  reason: Reason,
  { detail, by = "proven" }: { detail?: string; by?: "proven" | "on-probation" } = {},
): GenerationCommand => ({
  type: "EndLease",
  proven: by === "proven",
  generationId,
  leaseId: idOf(n),
  at: after(20),
  reason,
  ...(detail !== undefined && { detail }),
});

export const leaseLost = (
  n: number,
  reason: Reason,
  { detail, spared = false }: { detail?: string; spared?: boolean } = {},
): Draft<GenerationEvent> => ({
  type: "GenerationLeaseLost",
  public: {},
  private: {
    generationId,
    leaseId: idOf(n),
    nodeId: idOf(100 + n),
    at: after(20),
    reason,
    ...(detail !== undefined && { detail }),
    ...(spared && { costsAttempt: false }),
  },
  sealed: {},
});

const upload = (n: number) => String(n % 10).repeat(64);

export const complete = (
  n: number,
  seconds = 10,
  file = n,
  arrived = seconds,
  heardSince = requestedAt,
): GenerationCommand => ({
  type: "CompleteGeneration",
  generationId,
  leaseId: idOf(n),
  at: after(seconds),
  arrivedAt: after(arrived),
  heardSince,
  model: "synth-1",
  ...result(file),
});

const result = (file: number) => ({
  sentAudioSha256: upload(file),
  nodeSignature: "c2ln",
  sha256: "b".repeat(64),
  audioSha256: "c".repeat(64),
  bytes: 1_152_300,
  certificate: "a.b.c",
});

/** The same, with audio that other work had before. */
export const completeWithCopy = (n: number): GenerationCommand => {
  const command = complete(n);
  return command.type === "CompleteGeneration" ? { ...command, heardBefore: true } : command;
};

export function completed(
  n: number,
  { seconds = 10, late = false, stems = false } = {},
): Draft<GenerationEvent> {
  return {
    type: "GenerationCompleted",
    public: {
      day: "2026-11-22",
      nodeId: idOf(100 + n),
      audioMs: 6000,
      stems,
      model: "synth-1",
    },
    private: {
      generationId,
      leaseId: idOf(n),
      at: after(seconds),
      ...result(n),
      userId,
      quotaDay,
      nodeId: idOf(100 + n),
      late,
      processingMs: 1000 * (seconds - 1),
    },
    sealed: {},
  };
}

export function contribution(
  n: number,
  { seconds = 10, late = false, stems = false } = {},
): Draft<GenerationEvent> {
  return {
    type: "ContributionRecorded",
    public: {
      day: "2026-11-22",
      nodeId: idOf(100 + n),
      audioMs: 6000,
      stems,
      inTime: !late,
      drawnFrom: null,
      payeesOnline: null,
    },
    private: { generationId, at: after(seconds), leaseId: idOf(n), askedBy: userId },
    sealed: {},
  };
}

const ended = (seconds: number) => ({ generationId, at: after(seconds), userId, quotaDay });

export const cancel = (
  reason: "asked" | "never-requested",
  { by = userId, seconds = 15 } = {},
): GenerationCommand => ({
  type: "CancelGeneration",
  ...ended(seconds),
  userId: by,
  reason,
});
export const cancelled = (
  reason: "asked" | "never-requested",
  { afterLease = false } = {},
): Draft<GenerationEvent> => ({
  type: "GenerationCancelled",
  public: {},
  private: { ...ended(15), reason, ...(afterLease && { afterLease: true as const }) },
  sealed: {},
});
export const failed = (
  reason: "attempts-exhausted" | "prompt-erased",
  seconds = 20,
): Draft<GenerationEvent> => ({
  type: "GenerationFailed",
  public: {},
  private: { ...ended(seconds), reason },
  sealed: {},
});
export const rejected = (detail: string): Draft<GenerationEvent> => ({
  type: "GenerationRejected",
  public: {},
  private: { ...ended(20), detail },
  sealed: {},
});
export const expire = (seconds: number): GenerationCommand => ({
  type: "ExpireGeneration",
  generationId,
  at: after(seconds),
});
export const expired = (seconds: number): Draft<GenerationEvent> => ({
  type: "GenerationExpired",
  public: {},
  private: ended(seconds),
  sealed: {},
});
