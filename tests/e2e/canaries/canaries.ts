import { randomBytes } from "node:crypto";

/** What is sent into the product, each so that it is found again wherever it lies. */
const kinds = [
  ...["mail", "name", "first-name", "password", "guess", "key-name", "prompt"],
  ...["legal-name", "paypal-mail"],
  ...["donor-mail", "donor-name", "donor-message", "payment"],
  ...["idempotency-key", "user-agent", "referer", "cookie"],
  ...["engine", "gpu", "audio", "broken-body", "query", "path", "text"],
] as const;
export type Kind = (typeof kinds)[number];

const tag = "c4n4ry";
const mark = (kind: Kind): string => `${tag}-${kind}-${randomBytes(4).toString("hex")}`;
export type Canaries = Readonly<Record<Kind, string>>;

export const makeCanaries = (): Canaries =>
  Object.fromEntries(kinds.map((kind) => [kind, mark(kind)])) as Record<Kind, string>;

/** Something with a name that must not be found, and that nobody can mark: secrets, addresses. */
export interface Needle {
  readonly kind: string;
  readonly text: string;
}

/** A piece of the product, as bytes. */
export interface Place {
  readonly name: string;
  readonly bytes: Buffer;
}
export interface Finding {
  readonly kind: string;
  readonly place: string;
}

const encodedTags = [
  Buffer.from(tag).toString("hex"),
  ...[0, 1, 2].map((shift) => insideBase64(tag, shift)),
];

/** What a text looks like inside of base64, after so many bytes of something else. */
function insideBase64(text: string, shift: number): string {
  const encoded = Buffer.from("x".repeat(shift) + text).toString("base64");
  const whole = Math.floor((shift + text.length) / 3) * 4;
  return encoded.slice(shift === 0 ? 0 : 4, whole);
}

/** Each kind that lies in a place, however it is spelled there. */
export function findIn({ name, bytes }: Place, needles: readonly Needle[]): readonly Finding[] {
  const found = new Set(needles.filter(({ text }) => bytes.includes(text)).map(({ kind }) => kind));
  for (let at = bytes.indexOf(tag); at !== -1; at = bytes.indexOf(tag, at + 1)) {
    found.add(kindAt(bytes.subarray(at, at + 64).toString("latin1")));
  }
  if (encodedTags.some((encoded) => bytes.includes(encoded))) found.add("encoded");
  return [...found].map((kind) => ({ kind, place: name }));
}

const kindAt = (text: string): string =>
  kinds.find((kind) => text.startsWith(`${tag}-${kind}-`)) ?? "text";
