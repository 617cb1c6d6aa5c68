import type { Instant } from "../time.js";

interface AboutToken {
  readonly tokenId: string;
  readonly at: Instant;
}

export interface IssueEnrolmentToken extends AboutToken {
  readonly type: "IssueEnrolmentToken";
  readonly operatorId: string;
  /** SHA-256, hex: 192 random bits need no slower hash. */
  readonly tokenHash: string;
}

export interface UseEnrolmentToken extends AboutToken {
  readonly type: "UseEnrolmentToken";
  readonly nodeId: string;
}

export interface RevokeEnrolmentToken extends AboutToken {
  readonly type: "RevokeEnrolmentToken";
  readonly operatorId: string;
}

export type EnrolmentCommand = IssueEnrolmentToken | UseEnrolmentToken | RevokeEnrolmentToken;
