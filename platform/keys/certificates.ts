import { createHmac } from "node:crypto";
import { CompactSign, compactVerify, createLocalJWKSet, type JSONWebKeySet } from "jose";
import { JOSEError } from "jose/errors";
import { type CertificateClaims, certificateClaimsSchema } from "../../domain/audio/certificate.js";
import type { CertifiedAudio } from "./certifiedAudio.js";
import { loadSigningKey, type SigningKey } from "./signingKeys.js";

const algorithm = "EdDSA";
const type = "obsidian-certificate+jws";
const certificateCharactersMax = 8 * 1024;

export interface CertificateSigner {
  /** The public half, for `keys-log` and the key set. */
  readonly kid: string;
  readonly x: string;
  /** A compact JWS, RFC 7515. */
  sign(claims: CertificateClaims): Promise<string>;
}

/** @throws Refusal as loadSigningKey */
export async function createCertificateSigner(keyFile: string): Promise<CertificateSigner> {
  const { privateKey, kid, x } = await loadSigningKey(keyFile);
  return {
    kid,
    x,
    sign: (claims) =>
      new CompactSign(Buffer.from(JSON.stringify(certificateClaimsSchema.parse(claims))))
        .setProtectedHeader({ alg: algorithm, typ: type, kid })
        .sign(privateKey),
  };
}

/** All keys that ever signed, as `/.well-known/jwks.json` shows them. */
export const certificateKeySet = (
  keys: readonly Pick<SigningKey, "kid" | "x">[],
): JSONWebKeySet => ({
  keys: keys.map(({ kid, x }) => ({
    ...{ kty: "OKP", crv: "Ed25519", x },
    ...{ kid, use: "sig", alg: algorithm },
  })),
});

export type CertificateFault =
  | "MALFORMED"
  | "WRONG_ALGORITHM"
  | "UNKNOWN_KEY"
  | "BAD_SIGNATURE"
  | "NOT_WAV"
  | "NO_CERTIFICATE"
  | "AUDIO_CHANGED";

export type CertificateVerdict =
  | { readonly valid: true; readonly claims: CertificateClaims }
  | { readonly valid: false; readonly fault: CertificateFault };

/** Did we sign this, and what does it say? The algorithm is ours to choose, not the header's. */
export async function verifyCertificate(
  certificate: string,
  keySet: JSONWebKeySet,
): Promise<CertificateVerdict> {
  if (certificate.length > certificateCharactersMax) return invalid("MALFORMED");
  try {
    const options = { algorithms: [algorithm] };
    const jws = await compactVerify(certificate, createLocalJWKSet(keySet), options);
    return jws.protectedHeader.typ === type ? readClaims(jws.payload) : invalid("MALFORMED");
  } catch (error) {
    if (error instanceof JOSEError) return invalid(faultByCode[error.code] ?? "MALFORMED");
    if (error instanceof SyntaxError) return invalid("MALFORMED");
    throw error;
  }
}

/** Whether a file is the audio that the certificate inside it is about; undefined is no WAV file. */
export async function verifyCertifiedWav(
  audio: CertifiedAudio | undefined,
  keySet: JSONWebKeySet,
): Promise<CertificateVerdict> {
  if (audio === undefined) return invalid("NOT_WAV");
  if (audio.certificate === undefined) return invalid("NO_CERTIFICATE");
  const verdict = await verifyCertificate(audio.certificate, keySet);
  if (!verdict.valid) return verdict;
  return verdict.claims.audioSha256 === audio.audioSha256 ? verdict : invalid("AUDIO_CHANGED");
}

/**
 * Binds a certificate to a prompt without telling it: who has the secret can show that this prompt,
 * and no other, was certified. HMAC-SHA-256 over UTF-8, base64url.
 */
export const promptCommitment = (secret: Uint8Array, prompt: string): string =>
  createHmac("sha256", secret).update(prompt, "utf8").digest("base64url");

const faultByCode: Readonly<Record<string, CertificateFault>> = {
  ERR_JOSE_ALG_NOT_ALLOWED: "WRONG_ALGORITHM",
  ERR_JWKS_NO_MATCHING_KEY: "UNKNOWN_KEY",
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: "UNKNOWN_KEY",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "BAD_SIGNATURE",
};

function readClaims(payload: Uint8Array): CertificateVerdict {
  const claims = certificateClaimsSchema.safeParse(JSON.parse(Buffer.from(payload).toString()));
  return claims.success ? { valid: true, claims: claims.data } : invalid("MALFORMED");
}

const invalid = (fault: CertificateFault): CertificateVerdict => ({ valid: false, fault });
