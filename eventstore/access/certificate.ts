import { generateKeyPairSync, randomBytes } from "node:crypto";
import forge from "node-forge";

/** Both as PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

const yearsValid = 20;
const keyBits = 2_048;
const names = [
  { type: 2, value: "localhost" },
  { type: 7, ip: "127.0.0.1" },
  { type: 7, ip: "::1" },
];

/** A certificate of this machine's loopback addresses that vouches for itself, and its key. */
export function makeCertificate(from: Date): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: keyBits });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const certificate = forge.pki.createCertificate();
  const spki = publicKey.export({ type: "spki", format: "pem" }).toString();
  certificate.publicKey = forge.pki.publicKeyFromPem(spki);
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  certificate.validity.notBefore = from;
  certificate.validity.notAfter = new Date(from);
  certificate.validity.notAfter.setUTCFullYear(from.getUTCFullYear() + yearsValid);
  const subject = [{ name: "commonName", value: "OBSIDIAN event store" }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: "basicConstraints", cA: true, critical: true },
    { name: "subjectAltName", altNames: names },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(key), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key };
}
