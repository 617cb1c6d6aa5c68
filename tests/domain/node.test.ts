import { describe, it } from "vitest";
import type { Draft } from "../../domain/message.js";
import type { NodeCommand } from "../../domain/node/commands.js";
import { nodeDecider } from "../../domain/node/decider.js";
import type { NodeDescription } from "../../domain/node/description.js";
import type { NodeEvent } from "../../domain/node/events.js";
import { nextMidnight } from "../../domain/time.js";
import { deciderSpec } from "../support/deciderSpec.js";

const given = deciderSpec(nodeDecider);
const about = { nodeId: "7a6f7a0e-6b0c-5a44-9a4d-2c1a7b7f2a01", at: "2026-11-22T16:00:00.000Z" };
const publicKey = "A".repeat(43);
const description: NodeDescription = {
  engine: "synth",
  softwareVersion: "0.1.0",
  models: ["synth-1"],
  stems: true,
  audioMsMax: 30_000,
  sampleRateMax: 192_000,
  gpu: null,
};
const faster: NodeDescription = {
  ...description,
  gpu: { vendor: "nvidia", memoryClassGb: 24 },
};
const register = (described = description): NodeCommand => ({
  type: "RegisterNode",
  ...about,
  publicKey,
  termsVersion: "2026-11",
  description: described,
});
const registered: Draft<NodeEvent> = {
  type: "NodeRegistered",
  public: { nodeId: about.nodeId, publicKey, registeredOn: "2026-11-22" },
  private: { ...about, termsVersion: "2026-11" },
  sealed: {},
};
const described = (as = description, when = about): Draft<NodeEvent> => ({
  type: "NodeDescribed",
  public: {},
  private: { ...when, description: as },
  sealed: {},
});
const setOnline = (online: boolean): NodeCommand => ({ type: "SetNodeOnline", ...about, online });
const plain = (type: "NodeCameOnline" | "NodeWentOffline", when = about): Draft<NodeEvent> => ({
  type,
  public: {},
  private: when,
  sealed: {},
});
const unregister: NodeCommand = { type: "UnregisterNode", ...about };
const unregistered: Draft<NodeEvent> = {
  type: "NodeUnregistered",
  public: { nodeId: about.nodeId, unregisteredOn: "2026-11-22" },
  private: about,
  sealed: {},
};

describe("a node", () => {
  it("joins with its key and says what it can do", () => {
    given().when(register()).thenEvents(registered, described());
  });
  it("that registers again is the same node, and says only what is new", () => {
    given(registered, described()).when(register()).thenNothing();
    given(registered, described()).when(register(faster)).thenEvents(described(faster));
  });
  it("describes itself no other way by naming its models in another order", () => {
    const one = { ...description, models: ["a", "b"] };
    const other = { ...description, models: ["b", "a"] };
    given(registered, described(one)).when(register(other)).thenNothing();
  });
  it("that describes itself anew all day keeps its last description until the next", () => {
    const fickle = Array.from({ length: 12 }, () => [described(faster), described()]).flat();
    given(registered, ...fickle)
      .when(register(faster))
      .thenNothing();
    given(registered, ...fickle.slice(2))
      .when(register(faster))
      .thenEvents(described(faster));
    const tomorrow = { ...about, at: nextMidnight(about.at) };
    given(registered, ...fickle)
      .when({ ...register(faster), ...tomorrow })
      .thenEvents(described(faster, tomorrow));
  });
  it("that comes and goes all day is recorded as gone until the next", () => {
    const restless = Array.from({ length: 12 }, () => [
      plain("NodeCameOnline"),
      plain("NodeWentOffline"),
    ]).flat();
    const joined = [registered, described()];
    given(...joined, ...restless.slice(2))
      .when(setOnline(true))
      .thenEvents(plain("NodeCameOnline"));
    given(...joined, ...restless)
      .when(setOnline(true))
      .thenNothing();
    given(...joined, ...restless.slice(0, -1))
      .when(setOnline(false))
      .thenEvents(plain("NodeWentOffline"));
    const tomorrow = { ...about, at: nextMidnight(about.at) };
    given(...joined, ...restless)
      .when({ ...setOnline(true), ...tomorrow })
      .thenEvents(plain("NodeCameOnline", tomorrow));
  });
  it("comes and goes, recorded once each", () => {
    const joined = [registered, described()];
    given(...joined)
      .when(setOnline(true))
      .thenEvents(plain("NodeCameOnline"));
    given(...joined, plain("NodeCameOnline"))
      .when(setOnline(true))
      .thenNothing();
    given(...joined, plain("NodeCameOnline"))
      .when(setOnline(false))
      .thenEvents(plain("NodeWentOffline"));
    given(...joined)
      .when(setOnline(false))
      .thenNothing();
    given().when(setOnline(true)).thenNothing();
  });
  it("leaves once, and may come back", () => {
    given(registered, described()).when(unregister).thenEvents(unregistered);
    given(registered, described(), unregistered).when(unregister).thenNothing();
    given(registered, described(), unregistered)
      .when(register())
      .thenEvents(registered, described());
  });
  it("that never joined can't leave", () => {
    given().when(unregister).thenRejects("NODE_NOT_FOUND");
  });
});
