import { type Environment, isPlaceholder } from "./environment.js";
import { guessingBits, keyBitsMin, passwordBitsMin } from "./guessing.js";
import { isProduction } from "./production.js";
import { combine, isSet, type Reading, type Setting } from "./settings.js";

/** A key of our own: in production a random one. */
export const random = <Name extends string>(key: Setting<string, Name>) =>
  combine({ isProduction, key }, (given, complain) => {
    if (given.isProduction && guessingBits(String(given.key)) < keyBitsMin) {
      complain("key", "must be random in production: `openssl rand -base64 32` makes one");
    }
    return given.key;
  });

/** Whether a password would keep anybody out. */
export const isOwnPassword = (password: string): boolean =>
  !isPlaceholder(password) && guessingBits(password) >= passwordBitsMin;

const whole = (text: string): string[] => [text];
const listed = (text: string): string[] => text.split(",").map((each) => each.trim());
const ofAddress = (text: string): string[] => [passwordOf(text) ?? ""];

/** In the address of a server; undefined when there is none. */
export function passwordOf(address: string): string | undefined {
  const encoded = URL.canParse(address) ? new URL(address).password : passwordOfCluster(address);
  try {
    return decodeURIComponent(encoded) || undefined;
  } catch {
    return encoded; // A "%" that begins no character.
  }
}

/** The address of several hosts is no URL. */
const passwordOfCluster = (address: string): string =>
  /^[\w+]+:\/\/[^:@/?]*:([^@]+)@/.exec(address)?.[1] ?? "";

/** Where secrets are, and how they are taken from there. */
const secretsIn: Readonly<Record<string, (text: string) => string[]>> = {
  APP_SECRET: whole,
  EVENTSTORE_URL: ofAddress,
  DATABASE_URL: ofAddress,
  DB_PASS: whole,
  REDIS_URL: ofAddress,
  JWT_SECRET: whole,
  SMTP_PASSWORD: whole,
  GITHUB_WEBHOOK_SECRET: listed,
  STRIPE_WEBHOOK_SECRET: listed,
  STRIPE_API_KEY: whole,
  PAYPAL_CLIENT_SECRET: whole,
  GITHUB_TOKEN: whole,
};

/** A database that is named by its URL has the password in there. */
function secretsOf(environment: Environment, name: string): string[] {
  if (name === "DB_PASS" && isSet(environment, "DATABASE_URL")) return [];
  const secrets = secretsIn[name]?.(environment[name] ?? "") ?? [];
  return secrets.filter((secret) => secret !== "");
}

/**
 * In production each secret is one of its own: whoever learns the password of Redis must not be able
 * to sign tokens with it. Compares those of `variables` that hold any.
 */
export function distinctSecrets(variables: readonly string[]): Setting<undefined> {
  const names = variables.filter((name) => name in secretsIn);
  const read = (environment: Environment): Reading<undefined> => {
    const production = isProduction.read(environment);
    if (!("value" in production && production.value)) return { value: undefined };
    const found = names.flatMap((name) =>
      secretsOf(environment, name).map((secret) => ({ name, secret })),
    );
    const mistakes = found.flatMap(({ name, secret }, index) => {
      const first = found.slice(0, index).find((each) => each.secret === secret);
      if (first === undefined || first.name === name) return [];
      return { variable: name, message: `must differ from ${first.name}` };
    });
    return mistakes.length > 0 ? { mistakes } : { value: undefined };
  };
  return { variables: names, read };
}
