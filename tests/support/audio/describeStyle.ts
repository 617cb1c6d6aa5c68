import type { EngineRequest } from "../../../gpu-node/engine.js";
import { renderMix } from "../../../gpu-node/synth/renderLoop.js";
import { monoOf } from "./channels.js";
import { type StyleFeatures, styleFeaturesOf } from "./styleFeatures.js";

export const describeStyle = (request: EngineRequest): StyleFeatures =>
  styleFeaturesOf(monoOf(renderMix(request)), request.bpm);
