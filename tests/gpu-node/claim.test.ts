import { afterEach, describe, expect, it, vi } from "vitest";
import { claimUsage, runClaim } from "../../gpu-node/claim.js";
import { loadIdentity } from "../../gpu-node/identity.js";
import { isProof } from "../../platform/keys/nodeSignatures.js";
import { idOf } from "../support/generations.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

afterEach(() => vi.unstubAllEnvs());

const operatorId = idOf(1);
const nonce = "q0m7P0x0mJv1Yx4rE1o9p1yJ8d9b1nZ2m3s4t5u6v7w";
const origin = "https://ledger.example";
const args = ["--operator", operatorId, "--nonce", nonce];

function settings(dataDir = temporaryFolder()): string {
  vi.stubEnv("NODE_DATA_DIR", dataDir);
  vi.stubEnv("OBSIDIAN_SERVER_URL", origin);
  return dataDir;
}

describe("the node's command that signs a claim", () => {
  it("signs for the server that the node dials, with the node's own key", async () => {
    const { publicKey } = await loadIdentity(settings());
    const { public_key, signature, ...rest } = JSON.parse(await runClaim(args));
    expect([public_key, rest]).toEqual([publicKey, { nonce }]);
    const proof = { purpose: "obsidian-node-claim", origin, operatorId, nonce } as const;
    expect(isProof(publicKey, proof, signature)).toBe(true);
  });

  it("makes no key: another one would be another node", async () => {
    settings();
    await expect(runClaim(args)).rejects.toThrow(/There is no key in .*: start the node once/);
  });

  it.each([
    [[]],
    [["--operator", "me", "--nonce", nonce]],
    [["--operator", operatorId]],
    [["--nonsense"]],
  ])("says what is missing in %j", async (wrong) => {
    settings();
    await expect(runClaim(wrong)).rejects.toThrow("See --help.");
  });

  it("explains itself", async () => {
    expect(await runClaim(["--help"])).toBe(claimUsage);
  });
});
