import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { LRUCache } from "lru-cache";
import { minute, second } from "../../domain/limits.js";
import { certificatesIn, chainProblem } from "./certificateChain.js";
import { readLimited } from "./limitedAnswer.js";
import { paypalIntermediates } from "./paypalIntermediates.js";
import { ProviderDownError } from "./providerDown.js";
import type { SignatureRefusal } from "./signatureRefusal.js";

/** Where certificates come from, and which ones are trusted to vouch for others. */
export interface CertificateSource {
  /** The PEM at this address; undefined when there is none. @throws ProviderDownError */
  readonly fetchPem: (url: string) => Promise<string | undefined>;
  readonly roots: readonly X509Certificate[];
  /** What PayPal may leave out of what it sends. */
  readonly intermediates: readonly X509Certificate[];
}

/** The certificate that may speak for PayPal now, or why there is none. */
export type FoundCertificate =
  | { readonly certificate: X509Certificate }
  | { readonly refused: SignatureRefusal };

export interface PaypalCertificates {
  /** @throws ProviderDownError */
  find(url: string, nowMs: number): Promise<FoundCertificate>;
}

const fetchTimeoutMs = 5 * second;
const pemBytesMax = 64 * 1024;
const failureKeptMs = 30 * second;
const certificatesKept = 20;
/** PayPal uses a few addresses. Anybody can name others of its form, before a signature is looked at. */
const fetchesPerMinuteMax = 30;

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
  intermediates: paypalIntermediates,
});

export function createPaypalCertificates(
  { fetchPem, roots, intermediates: known }: CertificateSource,
  live: boolean,
): PaypalCertificates {
  const mode = modes[live ? "live" : "test"];
  const chains = new LRUCache<string, readonly X509Certificate[]>({ max: certificatesKept });
  const failures = new LRUCache<string, true>({ max: certificatesKept, ttl: failureKeptMs });
  const missing = new LRUCache<string, true>({ max: certificatesKept, ttl: failureKeptMs });
  let fetchedAtMs: readonly number[] = [];

  /** @throws ProviderDownError, so that a genuine delivery comes again */
  function countFetch(nowMs: number): void {
    fetchedAtMs = fetchedAtMs.filter((atMs) => Math.abs(nowMs - atMs) < minute);
    if (fetchedAtMs.length >= fetchesPerMinuteMax) {
      throw new ProviderDownError("Too many certificates were named within a minute.");
    }
    fetchedAtMs = [...fetchedAtMs, nowMs];
  }

  async function chainAt(url: string, nowMs: number): Promise<readonly X509Certificate[]> {
    const kept = chains.get(url);
    if (kept !== undefined) return kept;
    if (missing.has(url)) return [];
    if (failures.has(url)) throw new ProviderDownError("PayPal's certificate could not be read.");
    countFetch(nowMs);
    try {
      const chain = certificatesIn((await fetchPem(url)) ?? "");
      if (chain.length > 0) chains.set(url, chain);
      else missing.set(url, true);
      return chain;
    } catch (error) {
      failures.set(url, true);
      throw error;
    }
  }

  return {
    async find(url, nowMs) {
      if (!isAddressOf(mode.hosts, url)) return { refused: "host" };
      const [leaf, ...sent] = await chainAt(url, nowMs);
      if (leaf === undefined) return { refused: "no-certificate" };
      if (!isNamed(leaf, mode.name)) return { refused: "name" };
      const problem = chainProblem(leaf, { intermediates: [...sent, ...known], roots, nowMs });
      if (problem === undefined) return { certificate: leaf };
      // Should it have been renewed under its address, the next delivery sees the new one.
      chains.delete(url);
      return { refused: problem };
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
