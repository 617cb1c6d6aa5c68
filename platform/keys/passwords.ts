import { hash, verify } from "@node-rs/argon2";
import type { ZxcvbnFactory } from "@zxcvbn-ts/core";

/** OWASP's first choice for Argon2id (the library's default algorithm): 19 MiB, 2 passes, 1 lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, cost);

export const isPassword = (passwordHash: string, password: string): Promise<boolean> =>
  verify(passwordHash, password);

/** A hash of nothing anybody can type: an unknown account costs as much time as a known one. */
export const decoyHash: Promise<string> = hashPassword(`\0${Math.random()}`);

/** The estimator's time grows with the cube of the length: 256 characters held up every caller for 1 s. */
const estimatedCharactersMax = 32;

/** Its word lists take 10 MB and 0.1 s: they are loaded when the first password is chosen. */
let estimator: Promise<ZxcvbnFactory> | undefined;

async function loadEstimator(): Promise<ZxcvbnFactory> {
  const { ZxcvbnFactory } = await import("@zxcvbn-ts/core");
  const { adjacencyGraphs, dictionary } = await import("@zxcvbn-ts/language-common");
  const maxLength = estimatedCharactersMax;
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength });
}

/** 10^6 guesses: below it a password is on the lists of common ones, or hardly differs from one. */
const scoreMin = 2;

/** `about` are words a guesser would try first: the user name, the address. */
export async function isCommonPassword(
  password: string,
  about: readonly string[],
): Promise<boolean> {
  // A word longer than what is estimated would never be found in it.
  const words = about.map((word) => word.slice(0, estimatedCharactersMax));
  estimator ??= loadEstimator();
  return (await estimator).check(sampleOf(password), words).score < scoreMin;
}

/**
 * What the estimator judges a long password by: its beginning, or one round of it when it only
 * repeats itself, because a round that is cut off in the middle looks less common than it is.
 */
function sampleOf(password: string): string {
  if (password.length <= estimatedCharactersMax) return password;
  return password.slice(0, Math.min(roundOf(password), estimatedCharactersMax));
}

/** "password1234password1234pass" repeats itself after 12 characters; most texts never do. */
function roundOf(text: string): number {
  let length = 1;
  while (!text.startsWith(text.slice(length))) length += 1;
  return length * 2 <= text.length ? length : text.length;
}
