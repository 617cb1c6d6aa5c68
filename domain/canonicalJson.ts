import { canonicalize } from "json-canonicalize";

/** RFC 8785: one spelling for each value, so that it can be hashed and signed. */
export const canonicalJson = (value: unknown): string => canonicalize(value);
