import { describe, it } from "vitest";
import type { VaultCommand } from "../../domain/vault/commands.js";
import { vaultDecider } from "../../domain/vault/decider.js";
import { deciderSpec } from "../support/deciderSpec.js";

describe("a key of the vault", () => {
  const given = deciderSpec(vaultDecider);
  const about = {
    keyId: "5f0d2c4a-4f43-4a51-9a8f-6d5b1f2f0a11",
    purpose: "account",
    reason: "erased",
    at: "2026-11-05T22:30:00.000Z",
  } as const;
  const record: VaultCommand = { type: "RecordDestruction", ...about };
  const destroyed = {
    type: "DataKeyDestroyed" as const,
    public: {},
    private: about,
    sealed: {},
  };

  it("is recorded as destroyed, with the reason, and shows the public nothing", () => {
    given().when(record).thenEvents(destroyed);
  });

  it("is destroyed once, for whichever reason came first", () => {
    given(destroyed)
      .when({ ...record, reason: "retention" })
      .thenNothing();
  });
});
