import { createHmac } from "node:crypto";
import { canonicalJson } from "../canonicalJson.js";
import { entryHash, inclusionProof, rootByProof, rootOf } from "./merkle.js";

/** An event as it is stored, before any upcast: what JSON.parse makes of its bytes. */
export interface StoredForm {
  readonly type: string;
  readonly stream: string;
  readonly data: unknown;
  readonly metadata: unknown;
}

/** One field of an event that is not public, as a receipt shows it to whoever may see it. */
export interface OpenedField {
  /** "stream", "metadata", "private.<field>" or "sealed.<field>" (there its value is encrypted). */
  readonly name: string;
  /** Base64url: HMAC-SHA256 of the name under the event's salt. It says nothing of other fields. */
  readonly salt: string;
  readonly value: unknown;
  /** Where the field stands among how many, and the hashes beside its way up, in base64url. */
  readonly index: number;
  readonly size: number;
  readonly proof: readonly string[];
}

interface Field {
  readonly name: string;
  readonly value: unknown;
}

/**
 * One hash for all of an event that is not public: the root of a tree (merkle.ts) with an entry for
 * each field, in the order of their names. An entry is the RFC 8785 spelling of `{name, salt, value}`.
 * Without the event's salt nobody can find a field out by trying values, also where others are known.
 */
export const restHashOf = (stored: StoredForm): string =>
  rootOf(entryHashesOf(stored, fieldsOf(stored))).toString("hex");

/** What shows that a field is part of the event with this rest hash; undefined if there is none. */
export function openField(stored: StoredForm, name: string): OpenedField | undefined {
  const fields = fieldsOf(stored);
  const index = fields.findIndex((field) => field.name === name);
  const field = fields[index];
  if (field === undefined) return undefined;
  const proof = inclusionProof(entryHashesOf(stored, fields), index);
  return {
    ...field,
    salt: saltOf(saltKeyOf(stored), name),
    index,
    size: fields.length,
    proof: proof.map((hash) => hash.toString("base64url")),
  };
}

/** The rest hash that an opened field comes to; undefined where its proof can't be one. */
export function restHashBy({ name, salt, value, ...inclusion }: OpenedField): string | undefined {
  const proof = inclusion.proof.map((hash) => Buffer.from(hash, "base64url"));
  return rootByProof(hashOfEntry({ name, salt, value }), { ...inclusion, proof })?.toString("hex");
}

function entryHashesOf(stored: StoredForm, fields: readonly Field[]): Buffer[] {
  const key = saltKeyOf(stored);
  return fields.map(({ name, value }) => hashOfEntry({ name, salt: saltOf(key, name), value }));
}

const hashOfEntry = (entry: Field & { readonly salt: string }): Buffer =>
  entryHash(Buffer.from(canonicalJson(entry)));

const saltOf = (key: Buffer, name: string): string =>
  createHmac("sha256", key).update(name).digest("base64url");

const saltKeyOf = ({ data }: StoredForm): Buffer => {
  const { salt } = membersOf(data);
  return Buffer.from(typeof salt === "string" ? salt : "", "base64url");
};

/** Whatever is stored counts, also what this software does not know. */
function fieldsOf({ stream, data, metadata }: StoredForm): Field[] {
  const { public: _, salt, private: known, sealed, ...others } = membersOf(data);
  const fields = [
    { name: "stream", value: stream },
    { name: "metadata", value: metadata ?? null },
    ...fieldsIn("private", known),
    ...fieldsIn("sealed", sealed),
    ...fieldsIn("data", others),
  ];
  return fields.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const fieldsIn = (part: string, values: unknown): Field[] =>
  Object.entries(membersOf(values)).map(([name, value]) => ({ name: `${part}.${name}`, value }));

/** An event that is no object has no members, and its leaf shows as much. */
export const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
