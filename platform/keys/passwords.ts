import { hash, verify } from "@node-rs/argon2";
import { FairLine } from "../process/fairLine.js";
import { estimatedCharactersMax } from "./estimate.js";
import { Estimator } from "./estimator.js";
import { PasswordsBusyError } from "./passwordsBusy.js";

/** OWASP's first choice for Argon2id (the library's default algorithm): 19 MiB, 2 passes, 1 lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Of the four threads that files and names of hosts are looked up with, hashing leaves two alone. Each
 * hash takes 20 ms on a quiet machine.
 */
const hashing = new FairLine(
  { atOnce: 2, waitingMax: 64, waitingOfOneMax: 16 },
  () => new PasswordsBusyError(),
);
/** An estimate may take 0.2 s, and who waits is to hear within some seconds. */
const estimating = new FairLine(
  { atOnce: 1, waitingMax: 16, waitingOfOneMax: 12 },
  () => new PasswordsBusyError(),
);

/** `block` is whoever it is done for: an address block waits for its own. @throws PasswordsBusyError */
export const hashPassword = (password: string, block: string): Promise<string> =>
  hashing.enter(block, () => hash(password, cost));

/** @throws PasswordsBusyError */
export const isPassword = (
  passwordHash: string,
  password: string,
  block: string,
): Promise<boolean> => hashing.enter(block, () => verify(passwordHash, password));

/** A hash of nothing anybody can type: an unknown account costs as much time as a known one. */
export const decoyHash: Promise<string> = hash(`\0${Math.random()}`, cost);

const estimator = new Estimator();

/** 10^6 guesses: below it a password is on the lists of common ones, or hardly differs from one. */
const scoreMin = 2;

/** `about` are words a guesser would try first: the user name, the address. @throws PasswordsBusyError */
export async function isCommonPassword(
  password: string,
  about: readonly string[],
  block: string,
): Promise<boolean> {
  // A word longer than what is estimated would never be found in it.
  const words = about.map((word) => word.slice(0, estimatedCharactersMax));
  const estimate = () => estimator.score(sampleOf(password), words);
  return (await estimating.enter(block, estimate)) < scoreMin;
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
