import { describe, it } from "vitest";
import { trustedAfterMs } from "../../domain/limits.js";
import type { Draft } from "../../domain/message.js";
import type { ClaimNode, NodeCommand } from "../../domain/node/commands.js";
import { nodeDecider } from "../../domain/node/decider.js";
import type { NodeEvent } from "../../domain/node/events.js";
import { plusMs } from "../../domain/time.js";
import { deciderSpec } from "../support/deciderSpec.js";
import { idOf } from "../support/generations.js";

const given = deciderSpec(nodeDecider);
const at = "2026-12-03T09:30:00.000Z";
const about = { nodeId: idOf(1), at };
const operatorId = idOf(2);
const registered: Draft<NodeEvent> = {
  type: "NodeRegistered",
  public: { nodeId: about.nodeId, publicKey: "A".repeat(43), registeredOn: "2026-12-03" },
  private: { ...about, termsVersion: "2026-11" },
  sealed: {},
};
const unregistered: Draft<NodeEvent> = {
  type: "NodeUnregistered",
  public: { nodeId: about.nodeId, unregisteredOn: "2026-12-03" },
  private: about,
  sealed: {},
};
const claim: ClaimNode = {
  type: "ClaimNode",
  ...about,
  operatorId,
  payId: idOf(3),
  proof: { by: "token", tokenId: idOf(4) },
};
const claimed: Draft<NodeEvent> = {
  type: "NodeClaimed",
  public: { nodeId: about.nodeId, payId: idOf(3), claimedOn: "2026-12-03" },
  private: { ...about, operatorId, by: "token", tokenId: idOf(4) },
  sealed: {},
};

describe("a claim of a node", () => {
  it("stands once for ever, with the pay id that was drawn first", () => {
    given(registered).when(claim).thenEvents(claimed);
    given(registered, claimed)
      .when({ ...claim, payId: idOf(5) })
      .thenNothing();
  });
  it("by another account is refused, also when the node left and came back", () => {
    const others = { ...claim, operatorId: idOf(6) };
    given(registered, claimed).when(others).thenRejects("NODE_CLAIMED_BY_ANOTHER");
    given(registered, claimed, unregistered, registered)
      .when(others)
      .thenRejects("NODE_CLAIMED_BY_ANOTHER");
  });
  it("keeps what the node's key signed", () => {
    const signed = { nonce: "nonce", origin: "https://ledger.example", signature: "A".repeat(86) };
    given(registered)
      .when({ ...claim, proof: { by: "signature", ...signed } })
      .thenEvents({
        ...claimed,
        private: { ...about, operatorId, by: "signature", ...signed },
      });
  });
  it("needs a node", () => {
    given().when(claim).thenRejects("NODE_NOT_FOUND");
  });
});

describe("trust in a node", () => {
  const firstAcceptedAt = plusMs(at, -trustedAfterMs);
  const worked = { acceptedJobs: 20, firstAcceptedAt };
  const trust: NodeCommand = { type: "TrustNode", ...about, ...worked };
  const trusted: Draft<NodeEvent> = {
    type: "NodeTrusted",
    public: { nodeId: about.nodeId, trustedOn: "2026-12-03" },
    private: { ...about, ...worked },
    sealed: {},
  };

  it("comes once, after 20 accepted jobs and 3 days since the first", () => {
    given(registered).when(trust).thenEvents(trusted);
    given(registered, trusted).when(trust).thenNothing();
    given(registered, trusted, unregistered, registered).when(trust).thenNothing();
  });
  it("does not come a job or a millisecond sooner", () => {
    given(registered)
      .when({ ...trust, acceptedJobs: 19 })
      .thenNothing();
    given(registered)
      .when({ ...trust, firstAcceptedAt: plusMs(firstAcceptedAt, 1) })
      .thenNothing();
  });
});

describe("a suspension", () => {
  const why = { reason: "Its audio is for sale elsewhere.", evidenceSha256: "a".repeat(64) };
  const suspend: NodeCommand = { type: "SuspendNode", ...about, ...why };
  const reinstate: NodeCommand = { type: "ReinstateNode", ...about, ...why };
  const suspended: Draft<NodeEvent> = {
    type: "NodeSuspended",
    public: { nodeId: about.nodeId, suspendedOn: "2026-12-03" },
    private: { ...about, ...why },
    sealed: {},
  };
  const reinstated: Draft<NodeEvent> = {
    type: "NodeReinstated",
    public: { nodeId: about.nodeId, reinstatedOn: "2026-12-03" },
    private: { ...about, ...why },
    sealed: {},
  };

  it("begins and ends, each as often as it was not so before", () => {
    given(registered).when(suspend).thenEvents(suspended);
    given(registered, suspended).when(suspend).thenNothing();
    given(registered, suspended).when(reinstate).thenEvents(reinstated);
    given(registered).when(reinstate).thenNothing();
    given(registered, suspended, reinstated).when(suspend).thenEvents(suspended);
  });
  it("lasts while the node is away, and when it comes back", () => {
    given(registered, suspended, unregistered).when(suspend).thenNothing();
    given(registered, suspended, unregistered, registered).when(suspend).thenNothing();
  });
  it("needs a node", () => {
    given().when(suspend).thenRejects("NODE_NOT_FOUND");
  });
});
