import { generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import forge from "node-forge";

export interface Issued {
  readonly pem: string;
  readonly privateKey: KeyObject;
  readonly certificate: X509Certificate;
}
interface Wanted {
  readonly name: string;
  readonly issuer?: Issued;
  readonly ca?: boolean;
  readonly from?: string;
  readonly to?: string;
}

/** A certificate of the tests' own making, signed by `issuer` or by itself. */
export function issue({ name, issuer, ca = false, from, to }: Wanted): Issued {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const certificate = forge.pki.createCertificate();
  const spki = publicKey.export({ type: "spki", format: "pem" }).toString();
  certificate.publicKey = forge.pki.publicKeyFromPem(spki);
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(8))}`;
  certificate.validity.notBefore = new Date(from ?? "2020-01-01T00:00:00Z");
  certificate.validity.notAfter = new Date(to ?? "2040-01-01T00:00:00Z");
  certificate.setSubject([{ name: "commonName", value: name }]);
  const signer = issuer === undefined ? certificate : forge.pki.certificateFromPem(issuer.pem);
  certificate.setIssuer(signer.subject.attributes);
  certificate.setExtensions([{ name: "basicConstraints", cA: ca, critical: true }]);
  const key = (issuer?.privateKey ?? privateKey).export({ type: "pkcs8", format: "pem" });
  certificate.sign(forge.pki.privateKeyFromPem(key.toString()), forge.md.sha256.create());
  const pem = forge.pki.certificateToPem(certificate);
  return { pem, privateKey, certificate: new X509Certificate(pem) };
}

const paypalName = "messageverificationcerts.sandbox.paypal.com";
export const certUrl = (n: string): string =>
  `https://api.sandbox.paypal.com/v1/notifications/certs/CERT-${n}`;

/** An authority as PayPal's is: root, intermediate, leaf; and what lies at its addresses. */
export function paypalAuthority() {
  const root = issue({ name: "Test Root", ca: true });
  const intermediate = issue({ name: "Test Intermediate", issuer: root, ca: true });
  const leaf = issue({ name: paypalName, issuer: intermediate });
  const expired = issue({ name: paypalName, issuer: intermediate, to: "2024-01-01T00:00:00Z" });
  const misnamed = issue({ name: "paypal.example", issuer: intermediate });
  const otherRoot = issue({ name: "Other Root", ca: true });
  const foreign = issue({ name: paypalName, issuer: otherRoot });
  const noAuthority = issue({ name: "No Authority", issuer: root });
  const byLeaf = issue({ name: paypalName, issuer: noAuthority });
  const bundle = (first: Issued, ...more: Issued[]) =>
    [first, ...more].map(({ pem }) => pem).join("");
  const pems = new Map([
    [certUrl("aaaa"), bundle(leaf, intermediate)],
    [certUrl("bbbb"), bundle(expired, intermediate)],
    [certUrl("cccc"), bundle(misnamed, intermediate)],
    [certUrl("dddd"), bundle(foreign, otherRoot)],
    [certUrl("eeee"), bundle(byLeaf, noAuthority)],
    [certUrl("ffff"), leaf.pem],
    [certUrl("0000"), "no certificate at all"],
  ]);
  const keys = new Map([
    [certUrl("bbbb"), expired.privateKey],
    [certUrl("cccc"), misnamed.privateKey],
    [certUrl("dddd"), foreign.privateKey],
    [certUrl("eeee"), byLeaf.privateKey],
  ]);
  const fetched: string[] = [];
  return {
    fetched,
    intermediate: intermediate.certificate,
    source: {
      roots: [root.certificate],
      intermediates: [],
      fetchPem: async (url: string) => {
        fetched.push(url);
        return pems.get(url);
      },
    },
    /** The key that belongs to what lies at this address. */
    keyAt: (url: string): KeyObject => keys.get(url) ?? leaf.privateKey,
  };
}
export type PaypalAuthority = ReturnType<typeof paypalAuthority>;
