import { DomainError } from "../errors.js";
import { boundEventsMax, enrolmentTokenMs } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { type Instant, plusMs } from "../time.js";
import type { EnrolmentCommand } from "./commands.js";
import { type EnrolmentEvent, enrolmentStream } from "./events.js";

export type EnrolmentState =
  | { readonly status: "absent" }
  | {
      readonly status: "open";
      readonly operatorId: string;
      readonly tokenHash: string;
      readonly expiresAt: Instant;
    }
  | { readonly status: "used"; readonly operatorId: string; readonly nodeId: string }
  | { readonly status: "revoked"; readonly operatorId: string };

function evolve(state: EnrolmentState, { type, data }: EnrolmentEvent): EnrolmentState {
  switch (type) {
    case "EnrolmentTokenIssued": {
      const { operatorId, tokenHash, expiresAt } = data.private;
      return { status: "open", operatorId, tokenHash, expiresAt };
    }
    case "EnrolmentTokenUsed": {
      const { operatorId, nodeId } = data.private;
      return { status: "used", operatorId, nodeId };
    }
    case "EnrolmentTokenRevoked":
      return state.status === "open" ? { status: "revoked", operatorId: state.operatorId } : state;
  }
}

function decide(command: EnrolmentCommand, state: EnrolmentState): Draft<EnrolmentEvent>[] {
  const { tokenId, at } = command;
  switch (command.type) {
    case "IssueEnrolmentToken": {
      if (state.status !== "absent") return [];
      const { operatorId, tokenHash } = command;
      const expiresAt = plusMs(at, enrolmentTokenMs);
      const told = { tokenId, at, operatorId, tokenHash, expiresAt };
      return [{ type: "EnrolmentTokenIssued", public: {}, private: told, sealed: {} }];
    }
    case "UseEnrolmentToken": {
      const { nodeId } = command;
      const { operatorId } = usableBy(nodeId, state, at);
      if (state.status === "used") return [];
      const told = { tokenId, at, operatorId, nodeId };
      return [{ type: "EnrolmentTokenUsed", public: {}, private: told, sealed: {} }];
    }
    case "RevokeEnrolmentToken":
      if (state.status === "absent" || state.operatorId !== command.operatorId)
        throw unknownToken();
      if (state.status === "used") throw usedToken();
      if (state.status === "revoked") return [];
      return [{ type: "EnrolmentTokenRevoked", public: {}, private: { tokenId, at }, sealed: {} }];
  }
}

/**
 * Whose a node becomes that shows this token. A token that the same node has used is good for ever: the
 * setting may stay where it is.
 * @throws DomainError ENROLMENT_TOKEN_UNKNOWN, _EXPIRED, _REVOKED, _USED
 */
export function usableBy(
  nodeId: string,
  state: EnrolmentState,
  at: Instant,
): Pick<Extract<EnrolmentState, { operatorId: string }>, "operatorId"> {
  switch (state.status) {
    case "absent":
      throw unknownToken();
    case "revoked":
      throw new DomainError(
        "ENROLMENT_TOKEN_REVOKED",
        `This enrolment token was revoked. ${remedy}`,
      );
    case "used":
      if (state.nodeId !== nodeId) throw usedToken();
      return state;
    case "open":
      if (state.expiresAt > at) return state;
      throw new DomainError(
        "ENROLMENT_TOKEN_EXPIRED",
        `This enrolment token is older than ${enrolmentTokenMs / 3_600_000} hours. ${remedy}`,
      );
  }
}

const remedy =
  "Make a new one in your account and set it as ENROLMENT_TOKEN, or remove that setting to run the node unclaimed.";

export const unknownToken = (): DomainError =>
  new DomainError("ENROLMENT_TOKEN_UNKNOWN", `There is no such enrolment token. ${remedy}`);

const usedToken = (): DomainError =>
  new DomainError(
    "ENROLMENT_TOKEN_USED",
    `A node has used this enrolment token, and each is for one. ${remedy}`,
  );

export const enrolmentDecider: Aggregate<
  Pick<EnrolmentCommand, "tokenId">,
  EnrolmentState,
  EnrolmentCommand,
  EnrolmentEvent
> = {
  streamOf: ({ tokenId }) => enrolmentStream(tokenId),
  initialState: () => ({ status: "absent" }),
  evolve,
  decide,
  bound: {
    eventsMax: boundEventsMax.enrolment,
    opens: ({ type }) => type === "IssueEnrolmentToken",
  },
};
