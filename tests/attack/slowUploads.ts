import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { signatureHeader } from "../../domain/node/wire.js";
import type { Installed } from "../support/installed.js";
import { joinNode, type TestNode } from "../support/testNode.js";
import { type Attack, dearRate, fromSomewhere, order } from "./attack.js";

const seconds = 30;
const mebibyte = 1024 ** 2;
/** The largest that the server reads for such a job: 24 bits in two channels. */
const bytesOfAll = dearRate * seconds * 6;
/** Large ones take all room that large ones can have, and smaller ones what is left of it. */
const claims = [
  ...Array<number>(7).fill(bytesOfAll),
  ...[16, 8, 4, 2, 1, 0.5, 0.3, 0.2, 0.1].map((mib) => Math.floor(mib * mebibyte)),
];
const underOldLeases = 2;
const forMs = 7_000;
/** As much at a time as the server asks for until the deadline, and some more. */
const dropEveryMs = 250;
const dropOf = (bytes: number): number => Math.ceil((1.5 * bytes * dropEveryMs) / 120_000);

export const slowUploads: Attack = {
  name: "slow uploads",
  tries:
    "Takes all room for uploads with large files that come drop by drop, under old leases too.",
  async run(installed: Installed) {
    const { apiKey } = await installed.makePerson();
    const late = Array<number>(underOldLeases).fill(bytesOfAll);
    const all = [...claims, ...late];
    const nodes = await Promise.all(all.map(() => joinNode(installed)));
    await Promise.all(all.map(() => order(installed, apiKey, { generation_duration: seconds })));
    const over = AbortSignal.timeout(forMs);
    const dripped = nodes.map((node, n) =>
      drip(installed, node, { bytes: all[n] ?? 0, isLate: n >= claims.length, over }),
    );
    const tried = await Promise.all(dripped);
    return { tried: tried.reduce((sum, each) => sum + each, 0), broke: [] };
  },
};

interface Dripping {
  readonly bytes: number;
  /** The lease is given back first. */
  readonly isLate: boolean;
  readonly over: AbortSignal;
}

/** How often it began. */
async function drip(
  { url }: Installed,
  { client, token }: TestNode,
  { bytes, isLate, over }: Dripping,
): Promise<number> {
  const answer = await client.lease(over).catch(() => undefined);
  if (answer?.job == null) return 0;
  const { job_id: jobId } = answer.job;
  if (isLate) await client.fail(jobId, "failed").catch(() => undefined);
  const head = [
    `PUT /api/v1/workers/jobs/${jobId}/result HTTP/1.1`,
    ...["Host: x", `Authorization: Bearer ${token}`, "Content-Type: audio/wav"],
    ...[`${signatureHeader}: c2ln`, "X-Model: synth-1", `Content-Length: ${bytes}`],
    `X-Forwarded-For: ${fromSomewhere()["x-forwarded-for"]}`,
  ];
  let begun = 0;
  while (!over.aborted) {
    begun += 1;
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.on("error", () => undefined).resume();
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    await feed(socket, Buffer.alloc(dropOf(bytes)), over);
    socket.destroy();
  }
  await client.fail(jobId, "left").catch(() => undefined);
  return begun;
}

/** Until the server ends it. */
async function feed(socket: Socket, drop: Buffer, over: AbortSignal): Promise<void> {
  while (socket.writable && !over.aborted) {
    if (!socket.writableNeedDrain) socket.write(drop);
    await pause(dropEveryMs);
  }
}
