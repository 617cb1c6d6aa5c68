import type { EngineRequest } from "../../../gpu-node/engine.js";
import { renderMix } from "../../../gpu-node/synth/renderLoop.js";

const attempts = 5;

/** Milliseconds of processor that a render takes, whatever else the machine does: the middle of a few. */
export function renderCostMs(request: EngineRequest): number {
  const costs = Array.from({ length: attempts }, () => {
    const before = process.cpuUsage();
    renderMix(request);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return costs.sort((a, b) => a - b)[(attempts - 1) / 2] ?? Infinity;
}
