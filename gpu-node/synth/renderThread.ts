import { parentPort } from "node:worker_threads";
import { formatUnderstanding } from "../../domain/audio/understanding.js";
import type { EngineRequest } from "../engine.js";
import { readPrompt } from "./prompt/readPrompt.js";
import { renderMix } from "./renderLoop.js";
import type { ThreadAnswer } from "./threadAnswer.js";

/** The thread's side: one request in, progress and then the samples out. */
parentPort?.on("message", (request: EngineRequest) => {
  const answer = (message: ThreadAnswer) => parentPort?.postMessage(message);
  const pcm = renderMix(request, (fraction) => answer({ kind: "progress", fraction }));
  const understood = formatUnderstanding(readPrompt(request.prompt).understanding);
  parentPort?.postMessage({ kind: "done", pcm, understood } satisfies ThreadAnswer, [pcm.buffer]);
});
