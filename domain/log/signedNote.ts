import { createHash } from "node:crypto";

/**
 * A text and whoever signed it, in the form of C2SP signed-note: the text, an empty line, and a line for
 * each signature. Keys of others and kinds of signatures that we do not know are carried along.
 */
export interface SignedNote {
  /** Ends with a line feed; what is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  /** Of the key: neither a space nor a plus is in it. */
  readonly name: string;
  /** Four bytes, which tell keys of a name apart. */
  readonly keyId: Buffer;
  readonly signature: Buffer;
}

/** A public key as others configure it: `<name>+<key id>+<kind and key>`. */
export interface NoteKey {
  readonly name: string;
  readonly kind: NoteKeyKind;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Buffer;
}

/** The bytes by which signed-note tells kinds of signatures apart. */
export const noteKeyKinds = { ed25519: 1, cosignature: 4 } as const;
export type NoteKeyKind = keyof typeof noteKeyKinds;

const keyIdBytes = 4;
const publicKeyBytes = 32;
export const noteBytesMax = 256 * 1024;
export const signaturesMax = 32;
const signatureForm = /^\u2014 ([^\s+]{1,255}) ([A-Za-z0-9+/]{8,8192}={0,2})$/u;

const kindAndKey = ({ kind, publicKey }: NoteKey): Buffer =>
  Buffer.concat([Buffer.of(noteKeyKinds[kind]), publicKey]);

export function keyIdOf(key: NoteKey): Buffer {
  const hash = createHash("sha256").update(`${key.name}\n`).update(kindAndKey(key)).digest();
  return hash.subarray(0, keyIdBytes);
}

export const encodeNoteKey = (key: NoteKey): string =>
  `${key.name}+${keyIdOf(key).toString("hex")}+${kindAndKey(key).toString("base64")}`;

/** Undefined for what is no key of a kind that we know, or bears another id than its own. */
export function decodeNoteKey(encoded: string): NoteKey | undefined {
  const [, name, id, rest] = /^([^\s+]{1,255})\+([0-9a-f]{8})\+(\S{44,64})$/u.exec(encoded) ?? [];
  if (name === undefined || rest === undefined) return undefined;
  const bytes = Buffer.from(rest, "base64");
  const kind = (["ed25519", "cosignature"] as const).find(
    (each) => noteKeyKinds[each] === bytes[0],
  );
  if (kind === undefined || bytes.length !== 1 + publicKeyBytes) return undefined;
  const key = { name, kind, publicKey: bytes.subarray(1) };
  return keyIdOf(key).toString("hex") === id ? key : undefined;
}

export const encodeNote = ({ text, signatures }: SignedNote): string =>
  `${text}\n${signatures.map(lineOf).join("")}`;

const lineOf = ({ name, keyId, signature }: NoteSignature): string =>
  `\u2014 ${name} ${Buffer.concat([keyId, signature]).toString("base64")}\n`;

/** Undefined for what is no note. Whether a signature is genuine is another question. */
export function decodeNote(encoded: string): SignedNote | undefined {
  if (Buffer.byteLength(encoded) > noteBytesMax || !encoded.endsWith("\n")) return undefined;
  const end = encoded.lastIndexOf("\n\n");
  if (end < 1) return undefined;
  const text = encoded.slice(0, end + 1);
  const lines = encoded.slice(end + 2, -1).split("\n");
  if (lines.length > signaturesMax || ![...text].every(isAllowed)) {
    return undefined;
  }
  const signatures = lines.flatMap((line) => decodeSignature(line) ?? []);
  return signatures.length === lines.length ? { text, signatures } : undefined;
}

/** No control characters of ASCII; what was no UTF-8 has become a replacement character. */
const isAllowed = (character: string): boolean =>
  character === "\n" || (character >= " " && character !== "\ufffd");

function decodeSignature(line: string): NoteSignature | undefined {
  const [, name, encoded] = signatureForm.exec(line) ?? [];
  if (name === undefined || encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.length <= keyIdBytes || bytes.toString("base64") !== encoded) return undefined;
  return { name, keyId: bytes.subarray(0, keyIdBytes), signature: bytes.subarray(keyIdBytes) };
}

/** The signatures that say they are of this key. */
export const signaturesBy = ({ signatures }: SignedNote, key: NoteKey): Buffer[] =>
  signatures
    .filter(({ name, keyId }) => name === key.name && keyId.equals(keyIdOf(key)))
    .map(({ signature }) => signature);
