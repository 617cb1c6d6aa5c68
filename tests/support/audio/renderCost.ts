import type { EngineRequest } from "../../../gpu-node/engine.js";
import { renderMix } from "../../../gpu-node/synth/renderLoop.js";

const attempts = 3;

/** Milliseconds of processor that a render takes, whatever else the machine does: the least of a few. */
export function renderCostMs(request: EngineRequest): number {
  return Math.min(
    ...Array.from({ length: attempts }, () => {
      const before = process.cpuUsage();
      renderMix(request);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    }),
  );
}
