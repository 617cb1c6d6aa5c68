import { createHmac, generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CompactSign, type JSONWebKeySet } from "jose";
import { describe, expect, it } from "vitest";
import { type CertificateClaims, certificateClaimsSchema } from "../../domain/audio/certificate.js";
import { certifiedParts, joinBytes, wavParts } from "../../domain/audio/writeWav.js";
import { sha256OfParts } from "../../platform/ids.js";
import {
  type CertificateSigner,
  certificateKeySet,
  createCertificateSigner,
  promptCommitment,
  verifyCertificate,
  verifyCertifiedWav,
} from "../../platform/keys/certificates.js";
import { AudioHash } from "../../platform/keys/certifiedAudio.js";
import { loadSigningKey } from "../../platform/keys/signingKeys.js";
import { temporaryFolder } from "../support/temporaryFolder.js";
import { cdQuality, renderPcm, toneBursts } from "../support/testAudio.js";

const secret = new Uint8Array(32).fill(3);
const pcm = renderPcm(cdQuality, 1_000, toneBursts());

const claims: CertificateClaims = {
  v: 1,
  generationId: "6e6a2f6c-94c6-4b0b-8f5e-0b1c6a1a2b3c",
  promptCommitment: promptCommitment(secret, "dark techno 🥁"),
  bpm: 128.5,
  key: "F# Dorian",
  durationMs: 6_000,
  stems: ["drums", "bass"],
  sampleRate: 44_100,
  audioSha256: sha256OfParts(certifiedParts(cdQuality, pcm)),
  nodeId: "9b7c1f2e-1111-5222-8333-444455556666",
  model: "synth",
  issuedAt: "2026-11-22T16:03:29.000Z",
  aiGenerated: true,
};

async function newSigner(): Promise<{ signer: CertificateSigner; keySet: JSONWebKeySet }> {
  const signer = await createCertificateSigner(join(temporaryFolder(), "keys", "certificate.pem"));
  return { signer, keySet: certificateKeySet([signer]) };
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const headerOf = (jws: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(jws.split(".")[0] ?? "", "base64url").toString());

describe("a certificate", () => {
  it("says what was signed, and is signed by a key that the set names", async () => {
    const { signer, keySet } = await newSigner();
    const certificate = await signer.sign(claims);
    expect(await verifyCertificate(certificate, keySet)).toEqual({ valid: true, claims });
    expect(headerOf(certificate)).toEqual({
      alg: "EdDSA",
      typ: "obsidian-certificate+jws",
      kid: keySet.keys[0]?.kid,
    });
  });

  it("stays valid when a newer key has taken over", async () => {
    const [old, current] = [await newSigner(), await newSigner()];
    const certificate = await old.signer.sign(claims);
    const both = certificateKeySet([current.signer, old.signer]);
    expect((await verifyCertificate(certificate, both)).valid).toBe(true);
  });

  it("is refused when a claim was changed", async () => {
    const { signer, keySet } = await newSigner();
    const [header, , signature] = (await signer.sign(claims)).split(".");
    const forged = [header, encode({ ...claims, bpm: 90 }), signature].join(".");
    expect(await verifyCertificate(forged, keySet)).toEqual({
      valid: false,
      fault: "BAD_SIGNATURE",
    });
  });

  it("is refused when another key signed, under its own name or ours", async () => {
    const [ours, other] = [await newSigner(), await newSigner()];
    const certificate = await other.signer.sign(claims);
    expect(await verifyCertificate(certificate, ours.keySet)).toEqual({
      valid: false,
      fault: "UNKNOWN_KEY",
    });
    const posing = certificateKeySet([{ kid: other.signer.kid, x: ours.signer.x }]);
    expect(await verifyCertificate(certificate, posing)).toEqual({
      valid: false,
      fault: "BAD_SIGNATURE",
    });
  });

  it("is refused without a signature, alg none", async () => {
    const { signer, keySet } = await newSigner();
    const header = encode({ alg: "none", typ: "obsidian-certificate+jws", kid: signer.kid });
    expect(await verifyCertificate(`${header}.${encode(claims)}.`, keySet)).toEqual({
      valid: false,
      fault: "WRONG_ALGORITHM",
    });
  });

  it("is refused when our public key was used as the secret of an HMAC", async () => {
    const { signer, keySet } = await newSigner();
    const header = encode({ alg: "HS256", typ: "obsidian-certificate+jws", kid: signer.kid });
    const text = `${header}.${encode(claims)}`;
    const mac = createHmac("sha256", Buffer.from(signer.x, "base64url")).update(text);
    expect(await verifyCertificate(`${text}.${mac.digest("base64url")}`, keySet)).toEqual({
      valid: false,
      fault: "WRONG_ALGORITHM",
    });
  });

  it("is no other thing that the same key signed", async () => {
    const file = join(temporaryFolder(), "keys", "certificate.pem");
    const { privateKey, kid, x } = await loadSigningKey(file);
    const sign = (typ: string, payload: string): Promise<string> =>
      new CompactSign(Buffer.from(payload))
        .setProtectedHeader({ alg: "EdDSA", kid, typ })
        .sign(privateKey);
    const malformed = { valid: false, fault: "MALFORMED" };
    const keySet = certificateKeySet([{ kid, x }]);
    for (const other of [
      await sign("JWT", JSON.stringify(claims)),
      await sign("obsidian-certificate+jws", JSON.stringify({ ...claims, userId: "somebody" })),
      await sign("obsidian-certificate+jws", "not JSON"),
    ]) {
      expect(await verifyCertificate(other, keySet)).toEqual(malformed);
    }
  });

  it.each(["", "a", "a.b.c", "....", "🥁.🥁.🥁", "x".repeat(100_000)])(
    "is not %j",
    async (text) => {
      const { keySet } = await newSigner();
      expect(await verifyCertificate(text, keySet)).toEqual({ valid: false, fault: "MALFORMED" });
    },
  );

  it("can name no person", () => {
    const named = { ...claims, userId: claims.nodeId };
    expect(certificateClaimsSchema.safeParse(named).success).toBe(false);
  });
});

describe("a certified WAV", () => {
  const hashed = (file: Uint8Array) => {
    const hash = new AudioHash();
    hash.push(file);
    return hash.end();
  };

  it("is verified by its audio alone", async () => {
    const { signer, keySet } = await newSigner();
    const certificate = await signer.sign(claims);
    const file = joinBytes(wavParts(cdQuality, pcm, certificate));
    expect(await verifyCertifiedWav(hashed(file), keySet)).toEqual({ valid: true, claims });
  });

  it("is refused when a sample, the rate or the certificate was changed", async () => {
    const { signer, keySet } = await newSigner();
    const certificate = await signer.sign(claims);
    const file = joinBytes(wavParts(cdQuality, pcm, certificate));
    const faultWith = async (changed: Uint8Array) => verifyCertifiedWav(hashed(changed), keySet);

    const sample = file.with(100, (file[100] ?? 0) ^ 1);
    expect(await faultWith(sample)).toMatchObject({ fault: "AUDIO_CHANGED" });
    const faster = joinBytes(wavParts({ ...cdQuality, sampleRate: 48_000 }, pcm, certificate));
    expect(await faultWith(faster)).toMatchObject({ fault: "AUDIO_CHANGED" });
    const lastOfSignature = file.length - 3;
    const chunk = file.with(lastOfSignature, file[lastOfSignature] === 65 ? 66 : 65);
    expect(await faultWith(chunk)).toMatchObject({ fault: "BAD_SIGNATURE" });
    const without = joinBytes(wavParts(cdQuality, pcm));
    expect(await faultWith(without)).toMatchObject({ fault: "NO_CERTIFICATE" });
    expect(await faultWith(pcm)).toMatchObject({ fault: "NOT_WAV" });
  });
});

describe("a prompt commitment", () => {
  it("opens for the one prompt with the one secret", () => {
    expect(promptCommitment(secret, "dark techno 🥁")).toBe(claims.promptCommitment);
    expect(promptCommitment(secret, "dark techno")).not.toBe(claims.promptCommitment);
    const other = new Uint8Array(32).fill(4);
    expect(promptCommitment(other, "dark techno 🥁")).not.toBe(claims.promptCommitment);
  });

  it("is HMAC-SHA-256 as in RFC 4231, test case 2", () => {
    const commitment = promptCommitment(Buffer.from("Jefe"), "what do ya want for nothing?");
    expect(Buffer.from(commitment, "base64url").toString("hex")).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });
});

describe("a signing key", () => {
  it("is made once, for nobody else to read, also when many ask at once", async () => {
    const file = join(temporaryFolder(), "keys", "certificate.pem");
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadSigningKey(file)));
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  });

  it.each([0o640, 0o604, 0o644])("is refused when others can get at it, mode %o", async (mode) => {
    const file = join(temporaryFolder(), "certificate.pem");
    await loadSigningKey(file);
    chmodSync(file, mode);
    await expect(loadSigningKey(file)).rejects.toThrow(`chmod 600 ${file}`);
  });

  it("is refused in a folder where others could put another in its place", async () => {
    const folder = join(temporaryFolder(), "keys");
    mkdirSync(folder);
    chmodSync(folder, 0o770);
    await expect(loadSigningKey(join(folder, "certificate.pem"))).rejects.toThrow("chmod go-w");
  });

  it("is refused when it is of another kind, without showing it", async () => {
    const file = join(temporaryFolder(), "certificate.pem");
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    for (const text of [pem, "not a key", ""]) {
      writeFileSync(file, text, { mode: 0o600 });
      await expect(loadSigningKey(file)).rejects.toThrow(
        `${file} holds no Ed25519 private key in PEM form (PKCS #8).`,
      );
    }
    expect(readFileSync(file, "utf8")).toBe("");
  });
});
