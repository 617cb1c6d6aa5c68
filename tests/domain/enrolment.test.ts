import { describe, it } from "vitest";
import type { EnrolmentCommand } from "../../domain/enrolment/commands.js";
import { enrolmentDecider } from "../../domain/enrolment/decider.js";
import type { EnrolmentEvent } from "../../domain/enrolment/events.js";
import { enrolmentTokenMs } from "../../domain/limits.js";
import type { Draft } from "../../domain/message.js";
import { plusMs } from "../../domain/time.js";
import { deciderSpec } from "../support/deciderSpec.js";
import { idOf } from "../support/generations.js";

const given = deciderSpec(enrolmentDecider);
const at = "2026-12-03T09:30:00.000Z";
const about = { tokenId: idOf(1), at };
const operatorId = idOf(2);
const nodeId = idOf(3);
const tokenHash = "a".repeat(64);
const expiresAt = plusMs(at, enrolmentTokenMs);
const fact = (type: EnrolmentEvent["type"], told: object): Draft<EnrolmentEvent> =>
  ({ type, public: {}, private: { ...about, ...told }, sealed: {} }) as Draft<EnrolmentEvent>;
const issued = fact("EnrolmentTokenIssued", { operatorId, tokenHash, expiresAt });
const used = fact("EnrolmentTokenUsed", { operatorId, nodeId });
const revoked = fact("EnrolmentTokenRevoked", {});
const use: EnrolmentCommand = { type: "UseEnrolmentToken", ...about, nodeId };
const revoke: EnrolmentCommand = { type: "RevokeEnrolmentToken", ...about, operatorId };

describe("an enrolment token", () => {
  it("lasts a day", () => {
    given()
      .when({ type: "IssueEnrolmentToken", ...about, operatorId, tokenHash })
      .thenEvents(issued);
    given(issued)
      .when({ ...use, at: plusMs(expiresAt, -1) })
      .thenEvents({
        ...used,
        private: { ...used.private, at: plusMs(expiresAt, -1) },
      } as typeof used);
    given(issued)
      .when({ ...use, at: expiresAt })
      .thenRejects("ENROLMENT_TOKEN_EXPIRED");
  });
  it("is for one node, which may show it again for ever", () => {
    given(issued).when(use).thenEvents(used);
    given(issued, used)
      .when({ ...use, at: plusMs(expiresAt, enrolmentTokenMs) })
      .thenNothing();
    given(issued, used)
      .when({ ...use, nodeId: idOf(4) })
      .thenRejects("ENROLMENT_TOKEN_USED");
  });
  it("is taken back by its owner, as long as no node used it", () => {
    given(issued).when(revoke).thenEvents(revoked);
    given(issued, revoked).when(revoke).thenNothing();
    given(issued, revoked).when(use).thenRejects("ENROLMENT_TOKEN_REVOKED");
    given(issued, used).when(revoke).thenRejects("ENROLMENT_TOKEN_USED");
    given(issued)
      .when({ ...revoke, operatorId: idOf(4) })
      .thenRejects("ENROLMENT_TOKEN_UNKNOWN");
  });
  it("that nobody made is none", () => {
    given().when(use).thenRejects("ENROLMENT_TOKEN_UNKNOWN");
    given().when(revoke).thenRejects("ENROLMENT_TOKEN_UNKNOWN");
  });
});
