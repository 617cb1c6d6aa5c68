import { hash, verify } from "@node-rs/argon2";
import pLimit from "p-limit";
import { estimatedCharactersMax } from "./estimate.js";
import { Estimator } from "./estimator.js";
import { PasswordsBusyError } from "./passwordsBusy.js";

/** OWASP's first choice for Argon2id (the library's default algorithm): 19 MiB, 2 passes, 1 lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Of the four threads that files and names of hosts are looked up with, hashing leaves two alone. */
const atOnce = pLimit(2);
/** Each takes 20 ms on a quiet machine. */
const waitingMax = 64;

/** @throws PasswordsBusyError */
async function inLine<Result>(work: () => Promise<Result>): Promise<Result> {
  if (atOnce.pendingCount >= waitingMax) throw new PasswordsBusyError();
  return atOnce(work);
}

/** @throws PasswordsBusyError */
export const hashPassword = (password: string): Promise<string> =>
  inLine(() => hash(password, cost));

/** @throws PasswordsBusyError */
export const isPassword = (passwordHash: string, password: string): Promise<boolean> =>
  inLine(() => verify(passwordHash, password));

/** A hash of nothing anybody can type: an unknown account costs as much time as a known one. */
export const decoyHash: Promise<string> = hashPassword(`\0${Math.random()}`);

const estimator = new Estimator();

/** 10^6 guesses: below it a password is on the lists of common ones, or hardly differs from one. */
const scoreMin = 2;

/** `about` are words a guesser would try first: the user name, the address. @throws PasswordsBusyError */
export async function isCommonPassword(
  password: string,
  about: readonly string[],
): Promise<boolean> {
  // A word longer than what is estimated would never be found in it.
  const words = about.map((word) => word.slice(0, estimatedCharactersMax));
  return (await estimator.score(sampleOf(password), words)) < scoreMin;
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
