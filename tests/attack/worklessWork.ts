import type { Job } from "../../domain/node/wire.js";
import { call } from "../support/account.js";
import type { Installed } from "../support/installed.js";
import { renderWav, type Signal } from "../support/testAudio.js";
import { audioHash, joinNode } from "../support/testNode.js";
import { type Attack, fromSomewhere } from "./attack.js";

/** More than the stack's own node does: the attacker's node gets what the attacker orders. */
export const dearRate = 192_000;
const seconds = 2;

const worthless: Readonly<Record<string, Signal>> = {
  "a constant": () => 0.5,
  "a tone nobody hears": (at) => 0.5 * Math.sin(2 * Math.PI * 24_000 * at),
  "next to no sound": (at) => (at < 0.06 * seconds ? 0.5 * Math.sin(2 * Math.PI * 440 * at) : 0),
};

export const worklessWork: Attack = {
  name: "work that is none",
  tries: "Orders from one's own node, by one's own account, and hands in what is no work.",
  async run(installed: Installed) {
    const { apiKey: key } = await installed.makePerson();
    const node = await joinNode(installed);
    const headers = { ...fromSomewhere(), prefer: "respond-async" };
    let units = 0;
    for (const [prompt, signal] of Object.entries(worthless)) {
      const body = { prompt, sample_rate: dearRate, generation_duration: seconds };
      const ordered = await call(installed, "POST", "/generate", { body, key, headers });
      if (ordered.status !== 202) continue;
      const { job } = await node.lease();
      const wav = wavOf(job, signal);
      const result = { wav, audioSha256: audioHash(wav), model: "synth-1" };
      const receipt = await node.client
        .sendResult(job.job_id, result, performance.now())
        .catch(() => undefined);
      units += receipt?.units ?? 0;
      if (receipt === undefined)
        await node.client.fail(job.job_id, "failed").catch(() => undefined);
    }
    return { tried: Object.keys(worthless).length, broke: [], units };
  },
};

const wavOf = ({ frames, sample_rate: sampleRate }: Job, signal: Signal) =>
  new Uint8Array(renderWav({ sampleRate, channels: 2, bitsPerSample: 16 }, frames, signal));
