import { keyedProjection } from "../keyedProjection.js";

/** Answers "which tokens were used, and did a claim follow?" */
export type EnrolmentRow = {
  readonly token_id: string;
  readonly operator_id: string;
  readonly issued_at: string;
  readonly expires_at: string;
  readonly revoked_at: string | null;
  readonly used_at: string | null;
  /** Of its EnrolmentTokenUsed. */
  readonly used_id: string | null;
  readonly node_id: string | null;
  readonly claimed_at: string | null;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_enrolment: EnrolmentRow;
  }
}

const ofToken = {
  key: (event: { data: { private: { tokenId: string } } }) => [event.data.private.tokenId],
};

export const enrolments = keyedProjection<
  EnrolmentRow,
  "EnrolmentTokenIssued" | "EnrolmentTokenUsed" | "EnrolmentTokenRevoked" | "NodeClaimed"
>({
  name: "enrolments",
  version: 1,
  table: "read_enrolment",
  primaryKey: ["token_id"],
  group: "accounts",
  aboutMoney: false,
  columns: `
    token_id CHAR(36) CHARACTER SET ascii NOT NULL,
    operator_id CHAR(36) CHARACTER SET ascii NOT NULL,
    issued_at CHAR(24) CHARACTER SET ascii NOT NULL,
    expires_at CHAR(24) CHARACTER SET ascii NOT NULL,
    revoked_at CHAR(24) CHARACTER SET ascii NULL,
    used_at CHAR(24) CHARACTER SET ascii NULL,
    used_id CHAR(36) CHARACTER SET ascii NULL,
    node_id CHAR(36) CHARACTER SET ascii NULL,
    claimed_at CHAR(24) CHARACTER SET ascii NULL,
    PRIMARY KEY (token_id),
    KEY used (used_at, token_id)`,
  handlers: {
    EnrolmentTokenIssued: {
      ...ofToken,
      fold: (_row, { event }) => {
        const { tokenId, operatorId, at, expiresAt } = event.data.private;
        const open = { revoked_at: null, used_at: null, used_id: null, node_id: null };
        const issued = { operator_id: operatorId, issued_at: at, expires_at: expiresAt };
        return { token_id: tokenId, ...issued, ...open, claimed_at: null };
      },
    },
    EnrolmentTokenUsed: {
      ...ofToken,
      fold: (row, { event, id }) => {
        const { at, nodeId } = event.data.private;
        return row && { ...row, used_at: at, used_id: id, node_id: nodeId };
      },
    },
    EnrolmentTokenRevoked: {
      ...ofToken,
      fold: (row, { event }) => row && { ...row, revoked_at: event.data.private.at },
    },
    NodeClaimed: {
      // Where it was claimed by a signature there is no such row.
      key: (event) => [event.data.private.tokenId ?? event.data.private.nodeId],
      fold: (row, { event }) => row && { ...row, claimed_at: event.data.private.at },
    },
  },
});
