import { request } from "node:http";
import pLimit from "p-limit";
import { wavHeader } from "../../../domain/audio/writeWav.js";
import { newId } from "../../../platform/ids.js";
import { call } from "../../support/account.js";
import type { Installed } from "../../support/installed.js";
import { type Question, questionsOf } from "../../support/openApi.js";
import { sendRaw } from "../../support/rawHttp.js";
import { joinNode, nodeAbout, rightAudio } from "../../support/testNode.js";
import type { Canaries, Needle, Place } from "./canaries.js";
import type { Person } from "./person.js";

const atOnce = 20;
const waitMs = 3_000;

export const peerAddress = "127.77.33.11";

/** Every route with a canary wherever a text goes, by everybody who can ask. Gives the refusals. */
export async function askWithMarks(
  installed: Installed,
  canaries: Canaries,
  callers: readonly Readonly<Record<string, string>>[],
): Promise<readonly Place[]> {
  const { url } = installed;
  const document: unknown = await (await fetch(`${url}/api/v1/openapi.json`)).json();
  const wav = new Uint8Array(Buffer.from(canaries.text.padEnd(64, "x")));
  const limit = pLimit(atOnce);
  const asked = questionsOf(document, { "audio/wav": wav }, canaries.text).flatMap((question) =>
    callers.flatMap((caller) => {
      const headers = { ...question.headers, ...caller, prefer: "respond-async" };
      const broken = question.body && `{"prompt":"${canaries["broken-body"]}`;
      const url = `${question.url}?${canaries.query}=${canaries.query}`;
      const variants = [
        { ...question, headers },
        { ...question, headers, url, body: broken },
      ];
      return variants.map((variant) => limit(() => refusalOf(installed, variant)));
    }),
  );
  return (await Promise.all(asked)).flat();
}

async function refusalOf(
  { url: origin }: Installed,
  { method, path, url, headers, body }: Question,
): Promise<readonly Place[]> {
  const signal = AbortSignal.timeout(waitMs);
  try {
    const response = await fetch(origin + url, { method, headers, signal, ...(body && { body }) });
    const bytes = Buffer.from(await response.arrayBuffer());
    return response.status < 400 ? [] : [{ name: `refusal:${method} ${path}`, bytes }];
  } catch {
    return []; // It waits for something, so it refuses nothing.
  }
}

/** What no client would send. */
export async function sendNonsense(
  { url }: Installed,
  canaries: Canaries,
): Promise<readonly Place[]> {
  const { path } = canaries;
  const answers = [
    await sendRaw(url, `GET /${path} HTTP/9.9\r\nHost: x\r\n\r\n`),
    await sendRaw(url, `GET /%${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    await sendRaw(url, `GET / HTTP/1.1\r\nHost: x\r\n${path}\r\n\r\n`),
    await sendRaw(url, `GET /?${path.repeat(2_000)} HTTP/1.1\r\nHost: x\r\n\r\n`),
  ];
  const unknown = [`/${path}`, `/api/v1/generate/status/${path}`, `/verify-email?token=${path}`];
  for (const each of unknown) await (await fetch(url + each)).arrayBuffer();
  await fromAnotherAddress(`${url}/api/v1/auth/login`);
  return answers.map(({ text }) => ({ name: "refusal:nonsense", bytes: Buffer.from(text) }));
}

/** A call without a proxy: the address is the connection's own. */
function fromAnotherAddress(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const options = { method: "POST", localAddress: peerAddress, headers };
    const address = url.replace("localhost", "127.0.0.1");
    const asking = request(address, options, (answer) => answer.resume().on("end", resolve));
    asking.on("error", reject).end(JSON.stringify({ email: "a@example.org", password: "wrong" }));
  });
}

/** A node whose words and audio are canaries: none of its audio is right. Gives its secrets. */
export async function workBadly(
  installed: Installed,
  canaries: Canaries,
  { apiKey, headers }: Person,
): Promise<readonly Needle[]> {
  const node = await joinNode(installed, {
    ...nodeAbout,
    engine: canaries.engine,
    software_version: canaries.engine,
    gpu_info: { name: canaries.gpu, memory_mb: 8_192 } as never,
  });
  const leasing = node.lease();
  const body = {
    prompt: `${canaries.prompt} deep bass`,
    generation_duration: 2,
    sample_rate: 192_000,
  };
  await call(installed, "POST", "/generate", {
    body,
    key: apiKey,
    headers: {
      ...headers,
      prefer: "respond-async",
      "idempotency-key": canaries["idempotency-key"],
    },
  });
  const { job } = await leasing;
  const upload = async (id: string, wav: Uint8Array<ArrayBuffer>) => {
    const result = { wav, audioSha256: "0".repeat(64), model: "synth-1" };
    await node.client.sendResult(id, result, performance.now()).catch(() => undefined);
  };
  const format = { sampleRate: 192_000, channels: 2, bitsPerSample: 16 } as const;
  const words = Buffer.from(canaries.audio.repeat(100));
  await upload(newId(), new Uint8Array(words));
  await upload(job.job_id, new Uint8Array([...wavHeader(format, words.length), ...words]));
  await upload(job.job_id, new Uint8Array([...rightAudio(job), ...words]));
  await node.client.fail(job.job_id, "failed").catch(() => undefined);
  return [{ kind: "node session", text: node.token }];
}
