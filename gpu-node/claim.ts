import { parseArgs } from "node:util";
import { z } from "zod";
import type { ClaimBody } from "../domain/node/wire.js";
import { loadNodeConfig } from "../platform/config/config.js";
import { signProof } from "../platform/keys/nodeSignatures.js";
import { Refusal } from "../platform/process/refusal.js";
import { type Identity, readIdentity } from "./identity.js";

export const claimUsage = `Signs, with this node's key, that the node is an account's from now on and for ever.

  node scripts/bootstrap.mjs gpu-node/main.ts claim --operator ID --nonce NONCE

  --operator ID      your account's id, and
  --nonce NONCE      the number that the server gave it, by POST /api/v1/operator/nodes/claim-challenge
  --help

Prints the body for POST /api/v1/operator/nodes/claim. It talks to nobody, and may run beside the node.
It signs for the server in OBSIDIAN_SERVER_ORIGIN or OBSIDIAN_SERVER_URL, with the key in NODE_DATA_DIR.
`;

/** The body of the claim, as JSON; or the help. @throws Refusal */
export async function runClaim(args: readonly string[]): Promise<string> {
  const options = readOptions(args);
  if (options.help) return claimUsage;
  const operatorId = z.uuid().safeParse(options.operator).data;
  const nonce = z.base64url().min(1).max(128).safeParse(options.nonce).data;
  if (operatorId === undefined || nonce === undefined) {
    throw new Refusal(
      "Name your account and the server's nonce with --operator and --nonce. See --help.",
    );
  }
  const { dataDir, serverOrigin: origin } = loadNodeConfig();
  const identity = await readIdentity(dataDir);
  if (identity === undefined) {
    throw new Refusal(`There is no key in ${dataDir}: start the node once, or set NODE_DATA_DIR.`);
  }
  return JSON.stringify(signClaim(identity, { origin, operatorId, nonce }));
}

interface Claimed {
  readonly origin: string;
  readonly operatorId: string;
  readonly nonce: string;
}

export function signClaim({ privateKey, publicKey }: Identity, claimed: Claimed): ClaimBody {
  const signature = signProof(privateKey, { purpose: "obsidian-node-claim", ...claimed });
  return { public_key: publicKey, nonce: claimed.nonce, signature };
}

function readOptions(args: readonly string[]) {
  const text = { type: "string" } as const;
  const help = { type: "boolean", default: false } as const;
  try {
    return parseArgs({ args: [...args], options: { operator: text, nonce: text, help } }).values;
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : error} See --help.`);
  }
}
