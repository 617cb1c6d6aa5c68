import { hash, verify } from "@node-rs/argon2";
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";

/** OWASP's first choice for Argon2id (the library's default algorithm): 19 MiB, 2 passes, 1 lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, cost);

export const isPassword = (passwordHash: string, password: string): Promise<boolean> =>
  verify(passwordHash, password);

/** A hash of nothing anybody can type: an unknown account costs as much time as a known one. */
export const hashOfNobody = await hashPassword(`\0${Math.random()}`);

const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });

/** 10^6 guesses: below it a password is on the lists of common ones, or hardly differs from one. */
const scoreMin = 2;

/** `about` are words a guesser would try first: the user name, the address. */
export const isCommonPassword = (password: string, about: readonly string[]): boolean =>
  estimator.check(password, [...about]).score < scoreMin;
