/** How many cases of a kind a test of fuzzed input tries: a few in the gate, FUZZ_CASES=1000 by hand. */
export const casesOf = (inTheGate: number): number =>
  Number(process.env["FUZZ_CASES"] ?? inTheGate);

/** Repeats a run. */
export const fuzzSeed = Number(process.env["FUZZ_SEED"] ?? 1);
