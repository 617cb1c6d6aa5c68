import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { canonicalJson } from "../../domain/canonicalJson.js";
import type { NodeProof } from "../../domain/node/wire.js";
import { readNodePublicKey } from "./nodePublicKey.js";

/** Ed25519 over the RFC 8785 form of what is claimed; base64url. */
export const signProof = (privateKey: KeyObject, proof: NodeProof): string =>
  sign(null, Buffer.from(canonicalJson(proof)), privateKey).toString("base64url");

/** False for anything that is not this key's signature over exactly this claim. */
export function isProof(publicKey: string, proof: NodeProof, signature: string): boolean {
  const x = readNodePublicKey(publicKey);
  if (x === undefined) return false;
  try {
    const jwk = { kty: "OKP", crv: "Ed25519", x };
    const key = createPublicKey({ key: jwk, format: "jwk" });
    const bytes = Buffer.from(signature, "base64url");
    return verify(null, Buffer.from(canonicalJson(proof)), key, bytes);
  } catch {
    return false;
  }
}

/** The raw public key, base64url, of a node's private key in PEM. */
export function readNodeKey(pem: string): { privateKey: KeyObject; publicKey: string } {
  const privateKey = createPrivateKey(pem);
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  if (privateKey.asymmetricKeyType !== "ed25519" || x === undefined) {
    throw new Error("The node's key is not an Ed25519 key.");
  }
  return { privateKey, publicKey: x };
}
