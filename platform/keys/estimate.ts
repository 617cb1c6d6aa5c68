/** The estimator's time grows with the cube of the length: 256 characters took 1 s, 32 up to 0.2 s. */
export const estimatedCharactersMax = 32;

/** What its thread is asked. */
export interface Estimate {
  readonly id: number;
  readonly password: string;
  /** Words that a guesser would try first. */
  readonly words: readonly string[];
}

export interface Estimated {
  readonly id: number;
  /** 0 to 4, as zxcvbn has them. */
  readonly score: number;
}
