import type { Job } from "../../domain/node/wire.js";
import type { Installed } from "../support/installed.js";
import { renderWav, type Signal } from "../support/testAudio.js";
import { audioHash, joinNode, type TestNode } from "../support/testNode.js";
import { type Attack, order } from "./attack.js";

const seconds = 2;

const worthless: Readonly<Record<string, Signal>> = {
  "a constant": () => 0.5,
  "a tone nobody hears": (at) => 0.5 * Math.sin(2 * Math.PI * 24_000 * at),
  "next to no sound": (at) => (at < 0.06 * seconds ? 0.5 * Math.sin(2 * Math.PI * 440 * at) : 0),
};

/** Music, and so worth something the first time. */
const melody: Signal = (at) =>
  0.4 * Math.sin(2 * Math.PI * 110 * 2 ** (Math.floor(at * 6) / 5) * at);
const jobsOfOneFile = 3;
/** Up and down by 2 dB, otherwise for each job. */
const turned =
  (job: number): Signal =>
  (at, channel) =>
    melody(at, channel) * 10 ** ((2 * Math.sin((2 * Math.PI * at) / seconds + job) - 2) / 20);

export const worklessWork: Attack = {
  name: "work that is none",
  tries: "Orders from one's own node, by one's own account, and hands in what is no work.",
  async run(installed: Installed) {
    const { apiKey } = await installed.makePerson();
    const earn = earnings(installed, apiKey, await joinNode(installed));
    const earned = Object.entries(worthless).map(async ([prompt, signal]) => {
      // Each rests after it was refused.
      const earnByOther = earnings(installed, apiKey, await joinNode(installed));
      return earnByOther(prompt, signal);
    });
    let units = (await Promise.all(earned)).reduce((sum, each) => sum + each, 0);
    for (let job = 0; job < jobsOfOneFile; job += 1) {
      const signal = job === 0 ? melody : turned(job);
      const earnedByIt = await earn(`one file for job ${job}`, signal);
      if (job > 0) units += earnedByIt;
    }
    return { tried: Object.keys(worthless).length + jobsOfOneFile, broke: [], units };
  },
};

/** Orders a loop, hands in this, and tells what it was worth. */
const earnings =
  (installed: Installed, key: string, node: TestNode) =>
  async (prompt: string, signal: Signal): Promise<number> => {
    const ordered = await order(installed, key, { prompt, generation_duration: seconds });
    if (ordered === undefined) return 0;
    const { job } = await node.lease();
    const wav = wavOf(job, signal);
    const result = { wav, audioSha256: audioHash(wav), model: "synth-1" };
    const receipt = await node.client
      .sendResult(job.job_id, result, performance.now())
      .catch(() => undefined);
    if (receipt === undefined) await node.client.fail(job.job_id, "failed").catch(() => undefined);
    return receipt?.units ?? 0;
  };

const wavOf = ({ frames, sample_rate: sampleRate }: Job, signal: Signal) =>
  new Uint8Array(renderWav({ sampleRate, channels: 2, bitsPerSample: 16 }, frames, signal));
