import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readNodePublicKey } from "../../platform/keys/nodePublicKey.js";
import { isProof, signProof } from "../../platform/keys/nodeSignatures.js";

const ff = (count: number): string => "ff".repeat(count);
const zeros = (count: number): string => "00".repeat(count);
const order8 = [
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];
/** y of the points of small order, in every encoding below 2^255. */
const smallOrderYs = [
  `00${zeros(31)}`,
  `01${zeros(31)}`,
  ...order8,
  `ec${ff(30)}7f`,
  `ed${ff(30)}7f`,
  `ee${ff(30)}7f`,
];

const withSign = (hex: string): string => {
  const bytes = Buffer.from(hex, "hex");
  bytes[31] = (bytes[31] ?? 0) | 0x80;
  return bytes.toString("hex");
};
const text = (hex: string): string => Buffer.from(hex, "hex").toString("base64url");

/** R is the neutral point, S is zero: what fits has a key of small order, whatever is claimed. */
const forged = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]);
const proofNo = (nonce: number) => ({
  purpose: "obsidian-node-register" as const,
  origin: "https://example.org",
  nonce: String(nonce),
  bodySha256: "00".repeat(32),
});

describe("a node's public key", () => {
  it("has one spelling", () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    const x = publicKey.export({ format: "jwk" }).x ?? "";
    const standard = Buffer.from(x, "base64url").toString("base64");
    for (const spelled of [x, standard, ` ${x}`, `${x}=`])
      expect(readNodePublicKey(spelled)).toBe(x);
  });

  it.each(smallOrderYs.flatMap((y) => [y, withSign(y)]))("is not of small order: %s", (y) => {
    expect(readNodePublicKey(text(y))).toBeUndefined();
  });

  it("is not written with the prime added, for any y that fits into 255 bits", () => {
    for (let low = 0xed; low <= 0xff; low += 1) {
      const y = `${low.toString(16)}${ff(30)}7f`;
      for (const hex of [y, withSign(y)]) expect(readNodePublicKey(text(hex))).toBeUndefined();
    }
  });

  it("is 32 bytes", () => {
    for (const hex of ["", "09", "09".repeat(31), "09".repeat(33)]) {
      expect(readNodePublicKey(text(hex))).toBeUndefined();
    }
    expect(readNodePublicKey(text("09".repeat(32)))).toBeDefined();
  });
});

describe("a proof", () => {
  it("is none under a key of small order, though OpenSSL would take it", () => {
    const neutral = text(`01${zeros(31)}`);
    const key = createPublicKey({
      key: { kty: "OKP", crv: "Ed25519", x: neutral },
      format: "jwk",
    });
    expect(verify(null, Buffer.from("anything"), key, forged)).toBe(true);
    for (const y of smallOrderYs.flatMap((each) => [each, withSign(each)])) {
      for (let nonce = 0; nonce < 64; nonce += 1) {
        expect(isProof(text(y), proofNo(nonce), forged.toString("base64url"))).toBe(false);
      }
    }
  });

  it("holds under a key in any spelling", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const x = publicKey.export({ format: "jwk" }).x ?? "";
    expect(isProof(`${x}=`, proofNo(1), signProof(privateKey, proofNo(1)))).toBe(true);
    expect(isProof(`${x}=`, proofNo(2), signProof(privateKey, proofNo(1)))).toBe(false);
  });
});
