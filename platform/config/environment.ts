import { z } from "zod";

/** As in process.env: every value is text, and an empty one counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * One variable. `read` turns its text into a value, or gives undefined when it can't; `expected`
 * completes the sentence "PORT must be …". The text itself is never shown: it may be a secret.
 */
export function variable<Value>(expected: string, read: (text: string) => Value | undefined) {
  return z.string(`must be ${expected}`).transform((text, context): Value => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue(`must be ${expected}`);
    return z.NEVER;
  });
}

export const text = (expected: string) => variable(expected, (value) => value);
export const anything = text("text");

export const wholeNumber = (min: number, max: number) =>
  variable(`a whole number from ${min} to ${max}`, (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    return number >= min && number <= max ? number : undefined;
  });

export const port = wholeNumber(0, 65_535);

export const oneOf = <const Choice extends string>(choices: readonly Choice[]) =>
  variable(`one of ${choices.join(", ")}`, (value) => choices.find((choice) => choice === value));

const isUrl = (value: string, protocols: readonly string[]): boolean =>
  URL.canParse(value) && protocols.includes(new URL(value).protocol.slice(0, -1));

export const url = (...protocols: readonly string[]) =>
  variable(
    `a URL that starts with ${protocols.map((name) => `${name}://`).join(" or ")}`,
    (value) => (isUrl(value, protocols) ? value : undefined),
  );

/** Scheme, host and port of a web address, as browsers write it in an Origin header. */
export function readOrigin(value: string): string | undefined {
  if (!isUrl(value, ["http", "https"])) return undefined;
  const { origin, pathname, search } = new URL(value);
  return pathname === "/" && search === "" ? origin : undefined;
}

/** For what is allowed only to those who say so. */
export const consent = variable("yes or no", (value) =>
  value === "yes" || value === "no" ? value === "yes" : undefined,
).default(false);

/** Whether there is one, for those who have no use for the value. */
export const presence = variable("text", () => true).default(false);

/** Values between commas; `readItem` as in `variable`. */
export const list = <Item>(expected: string, readItem: (text: string) => Item | undefined) =>
  variable(`${expected}, separated by commas`, (value) => {
    const items = value.split(",").map((item) => readItem(item.trim()));
    return items.every((item) => item !== undefined) ? items : undefined;
  });

/** What example files and first descriptions put where a secret belongs. */
const placeholder = /^(whsec_)?(your[-_ ]|change-?(me|it)|secret$|password|default|example)/i;
export const isPlaceholder = (value: string): boolean => placeholder.test(value);

const secretBytesMin = 32;

export const secret = variable(
  `a secret of your own of at least ${secretBytesMin} bytes`,
  (value) =>
    Buffer.byteLength(value) >= secretBytesMin && !isPlaceholder(value) ? value : undefined,
);
