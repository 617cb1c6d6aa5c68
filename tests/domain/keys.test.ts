import { describe, expect, it } from "vitest";
import type { KeysCommand } from "../../domain/keys/commands.js";
import { keysDecider } from "../../domain/keys/decider.js";
import { deciderSpec, stateAfter } from "../support/deciderSpec.js";

describe("the log of signing keys", () => {
  const given = deciderSpec(keysDecider);
  const at = "2026-11-05T22:30:00.000Z";
  const publish: KeysCommand = {
    type: "PublishSigningKey",
    kid: "one",
    use: "certificate",
    x: "A".repeat(43),
    at,
  };
  const another = { ...publish, kid: "two", use: "checkpoint" as const, x: "B".repeat(43) };
  const published = keysDecider.decide(publish, []);

  it("shows a key and the day of its publication, not the time", () => {
    expect(published).toEqual([
      {
        type: "SigningKeyPublished",
        public: { kid: "one", use: "certificate", x: publish.x, publishedOn: "2026-11-05" },
        private: { at },
        sealed: {},
      },
    ]);
  });

  it("names a key once, at whichever start of a process", () => {
    given(...published)
      .when({ ...publish, at: "2026-11-06T08:00:00.000Z" })
      .thenNothing();
  });

  it("keeps the keys of before a rotation, so that what they signed stays verifiable", () => {
    const rotated = [...published, ...keysDecider.decide(another, [])];
    expect(stateAfter(keysDecider, rotated)).toEqual([
      { kid: "one", use: "certificate", x: publish.x },
      { kid: "two", use: "checkpoint", x: another.x },
    ]);
    given(...rotated)
      .when(publish)
      .thenNothing();
  });
});
