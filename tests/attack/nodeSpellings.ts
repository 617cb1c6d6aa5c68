import { generateKeyPairSync } from "node:crypto";
import { ServerClient } from "../../gpu-node/serverClient.js";
import { readNodeKey } from "../../platform/keys/nodeSignatures.js";
import type { Installed } from "../support/installed.js";
import { nodeAbout } from "../support/testNode.js";
import type { Attack } from "./attack.js";

/** The neutral point, and one of order 8: signatures of such a key can be made without one. */
const smallOrder = [
  `01${"00".repeat(31)}`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
].map((hex) => Buffer.from(hex, "hex").toString("base64url"));

export const nodeSpellings: Attack = {
  name: "spellings of a node",
  tries: "Registers one key in several spellings, and keys that anybody can sign with.",
  async run({ url }: Installed) {
    const { privateKey } = generateKeyPairSync("ed25519");
    const identity = readNodeKey(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
    const { publicKey } = identity;
    const standard = Buffer.from(publicKey, "base64url").toString("base64");
    const register = async (spelled: string) => {
      const client = new ServerClient(url, url, { ...identity, publicKey: spelled });
      const answer = await client.register(nodeAbout).catch(() => undefined);
      return answer?.worker_id;
    };
    const ids = new Set<string | undefined>();
    for (const spelled of [publicKey, `${publicKey}=`, standard, ` ${publicKey}`]) {
      ids.add(await register(spelled));
    }
    ids.delete(undefined);
    const weak = await Promise.all(smallOrder.map(register));
    return {
      tried: 6,
      broke: [
        ...(ids.size > 1 ? [`One key is ${ids.size} nodes.`] : []),
        ...(weak.some(Boolean) ? ["A key of small order is a node."] : []),
      ],
    };
  },
};
