import type { LedgerEventOf } from "../../domain/ledger.js";
import { isOfOnePayee, isOfOnePerson, nobodyElseCould } from "../../domain/sharing/eligibility.js";
import { unitsOf } from "../../domain/sharing/work.js";
import { keyedProjection } from "../keyedProjection.js";

/**
 * Answers "what did this node do, and what has to be known to say whether it counts?" By positions in
 * `$all`, which say what was before what, and in which month.
 */
export type JobRow = {
  readonly generation_id: string;
  /** What the node knows the job by. */
  readonly lease_id: string;
  readonly node_id: string;
  readonly position: string;
  readonly day: string;
  readonly audio_ms: number;
  readonly stems: number;
  readonly in_time: number;
  readonly heard_before: number;
  /** What it weighs, whether it counts or not. */
  readonly units: string;
  /** Null where the event does not say it. */
  readonly asked_by: string | null;
  /** Who asked is the node's operator, as the lease found. */
  readonly one_person: number;
  /** Who asked is paid at the account of the node's operator, as the lease found. */
  readonly one_payee: number;
  readonly only_one_could: number;
  readonly voided_position: string | null;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_job: JobRow;
  }
}

export const jobs = keyedProjection<JobRow, "ContributionRecorded" | "ContributionVoided">({
  name: "jobs",
  version: 2,
  table: "read_job",
  primaryKey: ["generation_id"],
  group: "money",
  aboutMoney: false,
  columns: `
    generation_id CHAR(36) CHARACTER SET ascii NOT NULL,
    lease_id CHAR(36) CHARACTER SET ascii NOT NULL,
    node_id CHAR(36) CHARACTER SET ascii NOT NULL,
    position BIGINT UNSIGNED NOT NULL,
    day CHAR(10) CHARACTER SET ascii NOT NULL,
    audio_ms INT NOT NULL,
    stems TINYINT NOT NULL,
    in_time TINYINT NOT NULL,
    heard_before TINYINT NOT NULL,
    units BIGINT NOT NULL,
    asked_by CHAR(36) CHARACTER SET ascii NULL,
    one_person TINYINT NOT NULL,
    one_payee TINYINT NOT NULL,
    only_one_could TINYINT NOT NULL,
    voided_position BIGINT UNSIGNED NULL,
    PRIMARY KEY (generation_id),
    KEY of_node (node_id, position)`,
  handlers: {
    ContributionRecorded: {
      key: ({ data }) => [data.private.generationId],
      fold: (_row, { event, position }) => jobOf(event, String(position)),
    },
    ContributionVoided: {
      key: ({ data }) => [data.private.generationId],
      fold: (row, { position }) =>
        row && { ...row, voided_position: row.voided_position ?? String(position) },
    },
  },
});

function jobOf({ data }: LedgerEventOf<"ContributionRecorded">, position: string): JobRow {
  const { public: shown, private: hidden } = data;
  return {
    generation_id: hidden.generationId,
    lease_id: hidden.leaseId,
    node_id: shown.nodeId,
    position,
    day: shown.day,
    audio_ms: shown.audioMs,
    stems: Number(shown.stems),
    in_time: Number(shown.inTime),
    heard_before: Number(shown.heardBefore ?? false),
    units: `${unitsOf(shown)}`,
    asked_by: hidden.askedBy ?? null,
    one_person: Number(isOfOnePerson(hidden.ownWork)),
    one_payee: Number(isOfOnePayee(hidden.ownWork)),
    only_one_could: Number(nobodyElseCould(shown)),
    voided_position: null,
  };
}
