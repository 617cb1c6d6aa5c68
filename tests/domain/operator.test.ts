import { describe, it } from "vitest";
import type { Draft } from "../../domain/message.js";
import type { OperatorCommand } from "../../domain/operator/commands.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import type { OperatorEvent } from "../../domain/operator/events.js";
import { deciderSpec } from "../support/deciderSpec.js";
import { idOf } from "../support/generations.js";

const given = deciderSpec(operatorDecider);
const about = { operatorId: idOf(1), at: "2026-12-03T09:30:00.000Z" };
const [ours, theirs] = [idOf(2), idOf(3)];
const why = { reason: "One household.", evidenceSha256: "a".repeat(64) };
const link = (payeeId = ours): OperatorCommand => ({
  type: "LinkPayee",
  ...about,
  payeeId,
  isOthers: payeeId === theirs,
});
const accept: OperatorCommand = { type: "AcceptPayee", ...about, payeeId: theirs, ...why };
const fact = (
  type: "PayeeLinked" | "PayeeHeld",
  payeeId: string,
  more = {},
): Draft<OperatorEvent> => ({
  type,
  public: {},
  private: { ...about, payeeId, ...more },
  sealed: {},
});
const linked = fact("PayeeLinked", ours);
const held = fact("PayeeHeld", theirs);
const accepted = fact("PayeeLinked", theirs, why);

describe("an operator's payee", () => {
  it("is who was named last, once each", () => {
    given().when(link()).thenEvents(linked);
    given(linked).when(link()).thenNothing();
    given(linked, fact("PayeeLinked", idOf(4)))
      .when(link())
      .thenEvents(linked);
  });
  it("that is another operator's already is held, and the one before stays", () => {
    given(linked).when(link(theirs)).thenEvents(held);
    given(linked, held).when(link(theirs)).thenNothing();
    given(linked, held).when(link()).thenNothing();
  });
  it("is accepted by a maintainer, and not held again", () => {
    given(linked, held).when(accept).thenEvents(accepted);
    given(linked, held, accepted).when(accept).thenNothing();
    given(held, accepted, linked).when(link(theirs)).thenEvents(fact("PayeeLinked", theirs));
  });
  it("that nobody named can't be accepted", () => {
    given(linked).when(accept).thenRejects("PAYEE_NOT_HELD");
  });
});
