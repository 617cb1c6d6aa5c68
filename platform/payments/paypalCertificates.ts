import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { LRUCache } from "lru-cache";
import { second } from "../../domain/limits.js";
import { readLimited } from "./limitedAnswer.js";
import { ProviderDownError } from "./providerDown.js";

/** Where certificates come from, and which ones are trusted to vouch for others. */
export interface CertificateSource {
  /** The PEM at this address; undefined when there is none. @throws ProviderDownError */
  readonly fetchPem: (url: string) => Promise<string | undefined>;
  readonly roots: readonly X509Certificate[];
}

export interface PaypalCertificates {
  /** Undefined when it may not speak for PayPal now. @throws ProviderDownError */
  find(url: string, nowMs: number): Promise<X509Certificate | undefined>;
}

const fetchTimeoutMs = 5 * second;
const pemBytesMax = 64 * 1024;
const failureKeptMs = 30 * second;
const certificatesKept = 20;
/** Leaf, intermediates, root. */
const chainLengthMax = 5;

const modes = {
  live: {
    hosts: ["api.paypal.com", "api-m.paypal.com"],
    name: "messageverificationcerts.paypal.com",
  },
  test: {
    hosts: ["api.sandbox.paypal.com", "api-m.sandbox.paypal.com"],
    name: "messageverificationcerts.sandbox.paypal.com",
  },
} as const;
const pathForm = /^\/v1\/notifications\/certs\/CERT-[0-9a-f-]+$/;

/** Over the network, under the roots that Node knows and those of the file, if one is named. */
export const publicCertificates = (caFile: string | undefined): CertificateSource => ({
  fetchPem,
  roots: [
    ...rootCertificates.map((pem) => new X509Certificate(pem)),
    ...(caFile === undefined ? [] : certificatesIn(readFileSync(caFile, "utf8"))),
  ],
});

export function createPaypalCertificates(
  { fetchPem, roots }: CertificateSource,
  live: boolean,
): PaypalCertificates {
  const mode = modes[live ? "live" : "test"];
  const chains = new LRUCache<string, readonly X509Certificate[]>({ max: certificatesKept });
  const failures = new LRUCache<string, true>({ max: certificatesKept, ttl: failureKeptMs });

  async function chainAt(url: string): Promise<readonly X509Certificate[]> {
    const known = chains.get(url);
    if (known !== undefined) return known;
    if (failures.has(url)) throw new ProviderDownError("PayPal's certificate could not be read.");
    try {
      const chain = certificatesIn((await fetchPem(url)) ?? "");
      if (chain.length > 0) chains.set(url, chain);
      return chain;
    } catch (error) {
      failures.set(url, true);
      throw error;
    }
  }

  return {
    async find(url, nowMs) {
      if (!isAddressOf(mode.hosts, url)) return undefined;
      const [leaf, ...intermediates] = await chainAt(url);
      if (leaf === undefined || !isNamed(leaf, mode.name)) return undefined;
      if (isTrusted(leaf, { intermediates, roots, nowMs })) return leaf;
      // Should it have been renewed under its address, the next delivery sees the new one.
      chains.delete(url);
      return undefined;
    },
  };
}

/** Exactly these hosts: anybody can have a name that ends like PayPal's. */
function isAddressOf(hosts: readonly string[], text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, port, username, password, search, hash, pathname } = new URL(text);
  const isBare = port === "" && username === "" && password === "" && search === "" && hash === "";
  return protocol === "https:" && hosts.includes(hostname) && isBare && pathForm.test(pathname);
}

const isNamed = ({ subject }: X509Certificate, name: string): boolean =>
  subject.split("\n").includes(`CN=${name}`);

interface Trust {
  readonly intermediates: readonly X509Certificate[];
  readonly roots: readonly X509Certificate[];
  readonly nowMs: number;
}

/** Whether signatures lead from this certificate to a root, each of them in force now. */
function isTrusted(leaf: X509Certificate, { intermediates, roots, nowMs }: Trust): boolean {
  const issuerIn = (pool: readonly X509Certificate[], issued: X509Certificate) =>
    pool.find((each) => each.ca && issued.checkIssued(each) && issued.verify(each.publicKey));
  let current = leaf;
  for (let length = 1; length < chainLengthMax; length += 1) {
    if (!isInForce(current, nowMs)) return false;
    const root = issuerIn(roots, current);
    if (root !== undefined) return isInForce(root, nowMs);
    const next = issuerIn(intermediates, current);
    if (next === undefined) return false;
    current = next;
  }
  return false;
}

const isInForce = ({ validFrom, validTo }: X509Certificate, nowMs: number): boolean =>
  Date.parse(validFrom) <= nowMs && nowMs <= Date.parse(validTo);

/** The leaf comes first. Empty when the text holds none that can be read. */
function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}

async function fetchPem(url: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(fetchTimeoutMs);
    const response = await fetch(url, { redirect: "error", signal });
    if (response.status >= 500) throw new Error(`status ${response.status}`);
    const text = await readLimited(response, pemBytesMax);
    return response.ok ? text : undefined;
  } catch (cause) {
    throw new ProviderDownError("PayPal's certificate could not be read.", { cause });
  }
}
