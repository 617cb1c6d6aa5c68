import { parentPort } from "node:worker_threads";
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";
import { type Estimate, type Estimated, estimatedCharactersMax } from "./estimate.js";

/** The thread's side: a password in, its score out. Its word lists take 10 MB, once. */
const maxLength = estimatedCharactersMax;
const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength });

parentPort?.on("message", ({ id, password, words }: Estimate) => {
  const { score } = estimator.check(password, [...words]);
  parentPort?.postMessage({ id, score } satisfies Estimated);
});
