import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { second } from "../../domain/limits.js";
import type { Job, LeaseAnswer } from "../../domain/node/wire.js";
import { operatorTermsVersion } from "../../domain/terms.js";
import { ServerClient } from "../../gpu-node/serverClient.js";
import { sha256Hex } from "../../platform/ids.js";
import { readNodeKey } from "../../platform/keys/nodeSignatures.js";
import { certifiedBytes, readWav } from "./audio/wholeWav.js";
import { loopOf } from "./madeUpSounds.js";
import type { TestServer } from "./server.js";
import { renderWav } from "./testAudio.js";

export type Leased = Extract<LeaseAnswer, { job: Job }>;

export const nodeAbout = {
  terms_version: operatorTermsVersion,
  engine: "test",
  software_version: "0.1.0",
  models: ["synth-1"],
  capabilities: { stems: true, duration_max: 30, sample_rate_max: 192_000 },
  gpu_info: null,
};

const handInMs = 5 * second;

export interface TestNode {
  readonly client: ServerClient;
  readonly privateKey: KeyObject;
  readonly publicKey: string;
  readonly nodeId: string;
  readonly token: string;
  /** The next job; waits for one. */
  lease(): Promise<Leased>;
  /** Right audio for the job, handed in. */
  handIn(
    leased: Leased,
    model?: string,
    understood?: string,
  ): ReturnType<ServerClient["sendResult"]>;
}

/** A machine with a key of its own that does what a test tells it to. */
export async function joinNode(
  { url }: Pick<TestServer, "url">,
  about: Partial<typeof nodeAbout> = {},
): Promise<TestNode> {
  const pair = generateKeyPairSync("ed25519");
  const identity = readNodeKey(pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  const client = new ServerClient(url, url, identity);
  const { worker_id, session_token } = await client.register({ ...nodeAbout, ...about });
  return {
    client,
    ...identity,
    nodeId: worker_id,
    token: session_token,
    async lease() {
      for (let poll = 0; poll < 3; poll += 1) {
        const answer = await client.lease(new AbortController().signal);
        if (answer.job !== null) return answer;
        // After a failure it rests, as a real one does.
        const { retry_after_seconds: restSeconds } = answer;
        if (restSeconds !== undefined) await pause(second * restSeconds);
      }
      throw new Error("No job came.");
    },
    handIn: ({ job }, model = "synth-1", understood) => {
      const wav = rightAudio(job);
      const result = { wav, audioSha256: audioHash(wav), model, understood };
      return client.sendResult(job.job_id, result, performance.now() + handInMs);
    },
  };
}

/** As a node signs it. What is no WAV file has no such hash; then any will do. */
export function audioHash(wav: Uint8Array): string {
  const reading = readWav(wav);
  return reading.ok ? sha256Hex(certifiedBytes(wav, reading.value)) : sha256Hex(wav);
}

/** Other audio for each seed: the same for other work would be worth nothing. */
export function rightAudio({
  frames,
  sample_rate,
  seed,
}: Pick<Job, "frames" | "sample_rate" | "seed">): Uint8Array<ArrayBuffer> {
  const format = { sampleRate: sample_rate, channels: 2, bitsPerSample: 16 } as const;
  return new Uint8Array(renderWav(format, frames, loopOf(seed)));
}
