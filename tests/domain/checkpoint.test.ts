import { describe, it } from "vitest";
import type { CheckpointCommand } from "../../domain/checkpoint/commands.js";
import { checkpointDecider } from "../../domain/checkpoint/decider.js";
import { deciderSpec } from "../support/deciderSpec.js";
import { idOf } from "../support/generations.js";

describe("the checkpoints of a month", () => {
  const given = deciderSpec(checkpointDecider);
  const at = "2026-11-05T22:30:00.000Z";
  const sign: CheckpointCommand = {
    type: "RecordCheckpoint",
    month: "2026-11",
    origin: "obsidian.example/log",
    size: 300,
    root: "root of 300",
    signature: "signature",
    readTo: idOf(1),
    at,
  };
  const larger = { ...sign, size: 301, root: "root of 301" };
  const eventOf = ({ origin, size, root, signature, readTo, at }: CheckpointCommand) => ({
    type: "LedgerCheckpointSigned" as const,
    public: { origin, size, root, signature },
    private: { at, readTo },
    sealed: {},
  });

  it("show what was signed, and not when", () => {
    given().when(sign).thenEvents(eventOf(sign));
  });

  it("are one an hour where nothing is new", () => {
    const atEnd = { ...sign, at: "2026-11-05T22:59:59.000Z" };
    const nextHour = { ...sign, at: "2026-11-05T23:00:00.000Z" };
    given(eventOf(sign)).when(atEnd).thenNothing();
    given(eventOf(sign)).when(nextHour).thenEvents(eventOf(nextHour));
  });

  it("follow at once where something is", () => {
    given(eventOf(sign)).when(larger).thenEvents(eventOf(larger));
  });

  it("never go back, unless the log begins anew under another name", () => {
    given(eventOf(larger)).when(sign).thenRejects("CHECKPOINT_GOES_BACK");
    const anew = { ...sign, origin: "obsidian.example/log/2" };
    given(eventOf(larger)).when(anew).thenEvents(eventOf(anew));
  });
});
