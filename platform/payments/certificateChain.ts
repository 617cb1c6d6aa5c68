import { X509Certificate } from "node:crypto";

/** Leaf, intermediates, root. */
const chainLengthMax = 5;

export interface Trust {
  readonly intermediates: readonly X509Certificate[];
  readonly roots: readonly X509Certificate[];
  readonly nowMs: number;
}

/** Whether signatures lead from this certificate to a root, each of them in force now; else why not. */
export function chainProblem(
  leaf: X509Certificate,
  { intermediates, roots, nowMs }: Trust,
): "expired" | "chain" | undefined {
  let current = leaf;
  for (let length = 1; length < chainLengthMax; length += 1) {
    if (!isInForce(current, nowMs)) return "expired";
    const root = issuerIn(roots, current, nowMs);
    if (root !== undefined) return isInForce(root, nowMs) ? undefined : "expired";
    const next = issuerIn(intermediates, current, nowMs);
    if (next === undefined) return "chain";
    current = next;
  }
  return "chain";
}

/** One in force where there are several: an authority renews itself under its name. */
function issuerIn(
  pool: readonly X509Certificate[],
  issued: X509Certificate,
  nowMs: number,
): X509Certificate | undefined {
  const issuers = pool.filter(
    (each) => each.ca && issued.checkIssued(each) && issued.verify(each.publicKey),
  );
  return issuers.find((each) => isInForce(each, nowMs)) ?? issuers[0];
}

const isInForce = ({ validFrom, validTo }: X509Certificate, nowMs: number): boolean =>
  Date.parse(validFrom) <= nowMs && nowMs <= Date.parse(validTo);

/** The leaf comes first. Empty when the text holds none that can be read. */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}
