import { it } from "vitest";
import { renderMix } from "../../../gpu-node/synth/renderLoop.js";
import { parseKey } from "../../../domain/music.js";
it("x", () => {
  for (let i = 0; i < 4; i++) { const t = performance.now(); renderMix({ prompt: "techno", bpm: 130, key: parseKey("F Phrygian"), frames: 288000, sampleRate: 48000, stems: [], seed: 7 }); console.log(performance.now() - t); }
}, 100000);
