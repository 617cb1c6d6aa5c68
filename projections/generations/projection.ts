import { queueOf } from "../../domain/generation/queues.js";
import { choiceColumn } from "../choiceColumn.js";
import { keyedProjection } from "../keyedProjection.js";

const statuses = [
  "queued",
  "processing",
  "completed",
  "rejected",
  "failed",
  "cancelled",
  "expired",
] as const;
export type GenerationStatus = (typeof statuses)[number];

/** Answers "what became of this request?", "what is open?" and "whose audio has this hash?" */
export type GenerationRow = {
  readonly generation_id: string;
  readonly user_id: string;
  readonly status: GenerationStatus;
  readonly queue: string;
  readonly requested_at: string;
  readonly expires_at: string;
  readonly ended_at: string | null;
  /** The lease in force, or the one whose audio was accepted. */
  readonly lease_id: string | null;
  readonly processing_ms: number | null;
  readonly audio_ms: number;
  readonly audio_sha256: string | null;
  readonly certificate: string | null;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_generation: GenerationRow;
  }
}

const ofGeneration = {
  key: (event: { data: { private: { generationId: string } } }) => [
    event.data.private.generationId,
  ],
};

/** A generation that was never requested has no row: nothing can be asked about it. */
const ended = (status: GenerationStatus) => ({
  ...ofGeneration,
  fold: (
    row: GenerationRow | undefined,
    { event }: { event: { data: { private: { at: string } } } },
  ) => row && { ...row, status, lease_id: null, ended_at: event.data.private.at },
});

export const generations = keyedProjection<
  GenerationRow,
  | "GenerationRequested"
  | "GenerationLeased"
  | "GenerationLeaseLost"
  | "GenerationCompleted"
  | "GenerationRejected"
  | "GenerationFailed"
  | "GenerationCancelled"
  | "GenerationExpired"
>({
  name: "generations",
  version: 4,
  table: "read_generation",
  primaryKey: ["generation_id"],
  group: "generations",
  aboutMoney: false,
  columns: `
    generation_id CHAR(36) CHARACTER SET ascii NOT NULL,
    user_id CHAR(36) CHARACTER SET ascii NOT NULL,
    status ${choiceColumn(statuses, 16)},
    queue VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    requested_at CHAR(24) CHARACTER SET ascii NOT NULL,
    expires_at CHAR(24) CHARACTER SET ascii NOT NULL,
    ended_at CHAR(24) CHARACTER SET ascii NULL,
    lease_id CHAR(36) CHARACTER SET ascii NULL,
    processing_ms INT NULL,
    audio_ms INT NOT NULL,
    audio_sha256 CHAR(64) CHARACTER SET ascii NULL,
    certificate TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    PRIMARY KEY (generation_id),
    KEY line (status, requested_at, queue),
    KEY recent (queue, status, ended_at),
    KEY owner (user_id, requested_at),
    KEY audio (audio_sha256)`,
  handlers: {
    GenerationRequested: {
      ...ofGeneration,
      fold: (_row, { event }) => {
        const { generationId, userId, at, expiresAt, ...needs } = event.data.private;
        return {
          generation_id: generationId,
          user_id: userId,
          status: "queued",
          queue: queueOf(needs),
          requested_at: at,
          expires_at: expiresAt,
          ended_at: null,
          lease_id: null,
          processing_ms: null,
          audio_ms: needs.audioMs,
          audio_sha256: null,
          certificate: null,
        };
      },
    },
    GenerationLeased: {
      ...ofGeneration,
      fold: (row, { event }) =>
        row && { ...row, status: "processing", lease_id: event.data.private.leaseId },
    },
    GenerationLeaseLost: {
      ...ofGeneration,
      fold: (row) => row && { ...row, status: "queued", lease_id: null },
    },
    GenerationCompleted: {
      ...ofGeneration,
      fold: (row, { event }) => {
        const { at, leaseId, processingMs, audioSha256, certificate } = event.data.private;
        const result = { lease_id: leaseId, processing_ms: processingMs, certificate };
        return (
          row && { ...row, ...result, status: "completed", ended_at: at, audio_sha256: audioSha256 }
        );
      },
    },
    GenerationRejected: ended("rejected"),
    GenerationFailed: ended("failed"),
    GenerationCancelled: ended("cancelled"),
    GenerationExpired: ended("expired"),
  },
});
