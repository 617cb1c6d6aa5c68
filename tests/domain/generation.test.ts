import { describe, expect, it } from "vitest";
import { generationDecider } from "../../domain/generation/decider.js";
import { leasesMax } from "../../domain/limits.js";
import type { Secret } from "../../domain/message.js";
import { deciderSpec, stateAfter } from "../support/deciderSpec.js";
import {
  after,
  cancel,
  cancelled,
  complete,
  completed,
  contribution,
  endLease,
  expire,
  expired,
  failed,
  generationId,
  lease,
  leased,
  leaseLost,
  rejected,
  request,
  requested,
  strangerId,
  userId,
} from "../support/generations.js";

const given = deciderSpec(generationDecider);

describe("requesting", () => {
  it("opens the generation once", () => {
    given().when(request()).thenEvents(requested());
    given(requested()).when(request()).thenNothing();
    given(requested(), expired(120)).when(request()).thenNothing();
  });
  it("keeps the prompt out of everything but what is sealed", () => {
    const [event] = generationDecider.decide(request(), generationDecider.initialState());
    expect(JSON.stringify([event?.public, event?.private])).not.toContain("dark techno");
  });
  it("fails when the sweep closed the stream before", () => {
    given(cancelled("never-requested")).when(request()).thenRejects("GENERATION_CLOSED");
  });
});

describe("what was understood of the prompt", () => {
  const completedWith = (understood: object): unknown => {
    const command = { ...complete(1), ...understood };
    return generationDecider.decide(
      command,
      stateAfter(generationDecider, [requested(), leased(1)]),
    )[0];
  };

  it("is sealed with the audio, and left out where the node does not say it", () => {
    const understood: Secret = { personId: userId, purpose: "prompts-202611", text: "mood=dark" };
    expect(completedWith({ understood })).toEqual({ ...completed(1), sealed: { understood } });
    expect(completedWith({})).toEqual(completed(1));
  });
});

describe("leasing", () => {
  it("gives the work to one node at a time", () => {
    given(requested()).when(lease(1)).thenEvents(leased(1));
    given(requested(), leased(1)).when(lease(2)).thenNothing();
  });
  it("counts the attempts", () => {
    given(requested(), leased(1), leaseLost(1, "expired"))
      .when(lease(2))
      .thenEvents(leased(2, { attempt: 2 }));
  });
  it("does not give out what has expired or ended", () => {
    given(requested()).when(lease(1, 120)).thenNothing();
    given(requested(), cancelled("asked")).when(lease(1)).thenNothing();
    given().when(lease(1)).thenNothing();
  });
  it("takes back a lease that is lost, and only the one in force", () => {
    given(requested(), leased(1)).when(endLease(1, "failed")).thenEvents(leaseLost(1, "failed"));
    given(requested(), leased(1), leaseLost(1, "expired"), leased(2))
      .when(endLease(1, "failed"))
      .thenNothing();
  });
  it("ends the generation after the third attempt", () => {
    const twice = [leased(1), leaseLost(1, "expired"), leased(2), leaseLost(2, "failed")];
    given(requested(), ...twice, leased(3))
      .when(endLease(3, "expired"))
      .thenEvents(leaseLost(3, "expired"), failed("attempts-exhausted"));
    given(requested(), ...twice, leased(3))
      .when(endLease(3, "rejected", { detail: "SILENT" }))
      .thenEvents(leaseLost(3, "rejected", { detail: "SILENT" }), rejected("SILENT"));
  });
  it("spares the attempt when a node on probation fails, or hangs up", () => {
    const twice = [leased(1), leaseLost(1, "expired"), leased(2), leaseLost(2, "failed")];
    given(requested(), ...twice, leased(3))
      .when(endLease(3, "failed", { by: "on-probation" }))
      .thenEvents(leaseLost(3, "failed", { spared: true }));
    given(requested(), ...twice, leased(3))
      .when(endLease(3, "left"))
      .thenEvents(leaseLost(3, "left", { spared: true }));
    const spared = [leased(3), leaseLost(3, "failed", { spared: true }), leased(4)];
    given(requested(), ...twice, ...spared)
      .when(endLease(4, "failed"))
      .thenEvents(leaseLost(4, "failed"), failed("attempts-exhausted"));
  });
  it("ends after so many leases, whoever failed", () => {
    const numbers = Array.from({ length: leasesMax }, (_, index) => index + 1);
    const all = numbers.flatMap((n) => [leased(n), leaseLost(n, "failed", { spared: true })]);
    given(requested(), ...all.slice(0, -1))
      .when(endLease(leasesMax, "failed", { by: "on-probation" }))
      .thenEvents(leaseLost(leasesMax, "failed", { spared: true }), failed("attempts-exhausted"));
  });
  it("fails at once when the prompt can't be opened any more", () => {
    given(requested())
      .when({ type: "FailGeneration", generationId, at: after(20), reason: "prompt-erased" })
      .thenEvents(failed("prompt-erased"));
  });
});

describe("completing", () => {
  it("records audio and contribution together", () => {
    given(requested(), leased(1)).when(complete(1)).thenEvents(completed(1), contribution(1));
  });

  it("took no time where two clocks say that it ended before it began", () => {
    const done = completed(1, { seconds: 0 });
    if (done.type !== "GenerationCompleted") throw new Error("not completed");
    const instant = { ...done, private: { ...done.private, processingMs: 0 } };
    const worth = contribution(1, { seconds: 0 });
    given(requested(), leased(1)).when(complete(1, 0)).thenEvents(instant, worth);
  });
  it("takes what arrived before the request expired, however long the check took", () => {
    given(requested(), leased(1))
      .when(complete(1, 125, 1, 120))
      .thenEvents(
        completed(1, { seconds: 125, late: true }),
        contribution(1, { seconds: 125, late: true }),
      );
    given(requested(), leased(1))
      .when(complete(1, 125, 1, 121))
      .thenRejects("GENERATION_CLOSED");
  });
  it("is in time when we could not be reached at the deadline, and it came as soon as we could", () => {
    for (const [arrived, late] of [
      [55, false],
      [56, true],
    ] as const) {
      const event = { seconds: arrived, late };
      given(requested(), leased(1))
        .when(complete(1, arrived, 1, arrived, after(40)))
        .thenEvents(completed(1, event), contribution(1, event));
    }
  });
  it("is in time when it arrived in time", () => {
    given(requested(), leased(1))
      .when(complete(1, 40, 1, 20))
      .thenEvents(completed(1, { seconds: 40 }), contribution(1, { seconds: 40 }));
  });
  it("counts stems three to two and late work half", () => {
    given(requested("stems"), leased(1))
      .when(complete(1, 40))
      .thenEvents(
        completed(1, { seconds: 40, late: true, stems: true }),
        contribution(1, { seconds: 40, late: true, stems: true }),
      );
  });
  it("is in time up to the very deadline", () => {
    given(requested(), leased(1))
      .when(complete(1, 31))
      .thenEvents(completed(1, { seconds: 31 }), contribution(1, { seconds: 31 }));
  });
  it("takes the work of a lost lease while the generation is open", () => {
    given(requested(), leased(1), leaseLost(1, "expired"), leased(2))
      .when(complete(1))
      .thenEvents(completed(1), contribution(1));
  });
  it("takes the same upload again as the same", () => {
    given(requested(), leased(1), completed(1), contribution(1)).when(complete(1)).thenNothing();
  });
  it("refuses other bytes, and the work of another", () => {
    const done = [requested(), leased(1), leaseLost(1, "expired"), leased(2), completed(2)];
    given(...done, contribution(2))
      .when(complete(1))
      .thenRejects("GENERATION_ALREADY_DONE");
    given(...done, contribution(2))
      .when(complete(2, 10, 9))
      .thenRejects("GENERATION_ALREADY_DONE");
  });
  it("refuses what nobody wants any more, or never asked this node for", () => {
    given(requested(), leased(1), cancelled("asked"))
      .when(complete(1))
      .thenRejects("GENERATION_CLOSED");
    given(requested()).when(complete(1)).thenRejects("LEASE_NOT_HELD");
    given().when(complete(1)).thenRejects("LEASE_NOT_HELD");
  });
});

describe("ending without audio", () => {
  it("is the user's to ask for, once", () => {
    given(requested()).when(cancel("asked")).thenEvents(cancelled("asked"));
    given(requested(), leased(1), leaseLost(1, "expired"))
      .when(cancel("asked"))
      .thenEvents(cancelled("asked", { afterLease: true }));
    given(requested(), cancelled("asked")).when(cancel("asked")).thenNothing();
    given(requested(), leased(1), completed(1), contribution(1))
      .when(cancel("asked"))
      .thenRejects("GENERATION_CLOSED");
  });
  it("is nobody else's business", () => {
    const bySomebodyElse = cancel("asked", { by: strangerId });
    given(requested()).when(bySomebodyElse).thenRejects("GENERATION_NOT_FOUND");
    given(requested(), cancelled("asked")).when(bySomebodyElse).thenRejects("GENERATION_NOT_FOUND");
    given().when(cancel("asked")).thenRejects("GENERATION_NOT_FOUND");
  });
  it("closes a stream that was never opened, and no other", () => {
    given().when(cancel("never-requested")).thenEvents(cancelled("never-requested"));
    given(requested()).when(cancel("never-requested")).thenNothing();
  });
  it("of a stream that was never opened leaves nothing to do, and shows it to nobody else", () => {
    const closed = given(cancelled("never-requested"));
    for (const command of [lease(1), endLease(1, "expired"), expire(120), cancel("asked")]) {
      closed.when(command).thenNothing();
    }
    closed.when(cancel("asked", { by: strangerId })).thenRejects("GENERATION_NOT_FOUND");
    closed.when(complete(1)).thenRejects("LEASE_NOT_HELD");
  });
  it("comes with the time, not before", () => {
    given(requested()).when(expire(119)).thenNothing();
    given(requested()).when(expire(120)).thenEvents(expired(120));
    given(requested(), leased(1), completed(1), contribution(1)).when(expire(120)).thenNothing();
  });
});
