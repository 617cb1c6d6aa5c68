import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../platform/mysql/database.js";
import type { ReadTables } from "../../projections/readTables.js";
import { until } from "../../scripts/supervisor/until.js";
import { call } from "../support/account.js";
import {
  type Answered,
  askEverything,
  type Caller,
  makeCallers,
  readQuestions,
} from "../support/askEverything.js";
import { type Installed, startInstalled } from "../support/installed.js";
import type { Question } from "../support/openApi.js";

const minutes = 60_000;
/** Promised to whoever asks while a part hangs. */
const answerMsMax = 5_000;
/** From the moment a part hangs until it is named as down. */
const seenDownMsMax = 5_000;
/** From the moment a part goes on until everything is ready. */
const recoveryMsMax = 5_000;
const generate = "POST /api/v1/generate";
const usage = "GET /api/v1/user/usage";
const stats = "GET /api/v1/transparency/stats";

let installed: Installed;
let questions: readonly Question[] = [];
const summary: string[] = [];
beforeAll(async () => {
  installed = await startInstalled();
  questions = await readQuestions(installed);
}, 3 * minutes);
afterAll(async () => {
  process.stdout.write(`${summary.join("\n")}\n`);
  await installed.stop();
}, minutes);

interface Hanging {
  readonly name: string;
  /** As `/health/ready` names it; a node is no part of the server. */
  readonly part?: string;
  readonly pid: () => number;
  readonly needs: readonly string[];
  readonly goesOn: readonly string[];
}
const parts: readonly Hanging[] = [
  {
    name: "MySQL",
    part: "mysql",
    pid: () => installed.pidOf("mariaDb"),
    needs: [generate, usage],
    goesOn: ["GET /health"],
  },
  {
    name: "Redis",
    part: "redis",
    pid: () => installed.pidOf("redis"),
    needs: [generate, "POST /api/v1/workers/jobs/lease"],
    goesOn: ["GET /health", stats],
  },
  {
    name: "the event store",
    part: "event store",
    pid: () => installed.pidOf("eventStore"),
    needs: [generate, "POST /api/v1/user/api-keys"],
    goesOn: ["GET /health", stats, usage],
  },
  {
    name: "FFmpeg's host",
    part: "ffmpeg",
    pid: () => installed.ffmpegHostPid(),
    needs: [],
    goesOn: [generate, usage],
  },
  {
    name: "the node",
    pid: () => installed.pidOf("gpuNode"),
    needs: [],
    goesOn: [generate, usage],
  },
];

async function readiness() {
  const startedAt = performance.now();
  const response = await fetch(`${installed.url}/health/ready`);
  const { checks } = (await response.json()) as { checks: Record<string, string> };
  const down = Object.keys(checks).filter((name) => checks[name] !== "ok");
  return { isReady: response.ok, down, ms: performance.now() - startedAt };
}

/** Asks until a part is named as down: an answer may be as old as the last look, a second. */
async function seenDown() {
  const startedAt = performance.now();
  for (;;) {
    const ready = await readiness();
    const isLate = performance.now() - startedAt > seenDownMsMax;
    if (ready.down.length > 0 || isLate) return ready;
    await pause(100);
  }
}

/** Asks everything while a process takes no step. */
async function whileStopped({ pid, part }: Hanging, callers: readonly Caller[]) {
  const stopped = pid();
  process.kill(stopped, "SIGSTOP");
  try {
    const ready = part === undefined ? readiness() : seenDown();
    return await Promise.all([askEverything(installed, questions, callers), ready]);
  } finally {
    wake(stopped);
  }
}

function wake(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // Whoever needed it has killed it by now, and started another.
  }
}

/** Returns how long it took until everything was well. */
async function recovered(): Promise<number> {
  const startedAt = performance.now();
  while (!(await readiness()).isReady) {
    expect(performance.now() - startedAt).toBeLessThan(recoveryMsMax);
    await pause(20);
  }
  return performance.now() - startedAt;
}

const slowestOf = (answers: readonly Answered[]): Answered =>
  answers.reduce((one, other) => (one.ms > other.ms ? one : other));

describe("while a part hangs", { timeout: 2 * minutes }, () => {
  it("there is much to ask: a third of all routes answer somebody with success", async () => {
    const answers = await askEverything(installed, questions, await makeCallers(installed));
    expect(answers.filter(({ status }) => status === 500)).toEqual([]);
    const good = new Set(answers.filter(({ status }) => status < 300).map(({ route }) => route));
    expect(good.size).toBeGreaterThan(questions.length / 3);
  });

  it.each(parts)("every answer comes in time: $name", async (hanging) => {
    const { name, part, needs, goesOn } = hanging;
    const [answers, ready] = await whileStopped(hanging, await makeCallers(installed));
    const recoveryMs = await recovered();
    const slowest = slowestOf(answers);
    const refused = answers.filter(({ status }) => status === 503);
    summary.push(
      `${name}: ${refused.length} of ${answers.length} answers were 503, the slowest came after ` +
        `${Math.round(slowest.ms)} ms (${slowest.route}); well after ${Math.round(recoveryMs)} ms`,
    );
    expect(ready.down).toEqual(part === undefined ? [] : [part]);
    expect(Math.max(slowest.ms, ready.ms)).toBeLessThan(answerMsMax);
    expect(answers.filter(({ status }) => status >= 500 && status !== 503)).toEqual([]);
    expect(refused.filter(({ retryAfter }) => retryAfter === null)).toEqual([]);
    const refusedRoutes = refused.map(({ route }) => route);
    expect(refusedRoutes).toEqual(expect.arrayContaining([...needs]));
    expect(refusedRoutes.filter((route) => goesOn.includes(route))).toEqual([]);
    const { apiKey: key } = await installed.makePerson();
    const body = { prompt: "dub techno", generation_duration: 1 };
    expect(await call(installed, "POST", "/generate", { body, key })).toMatchObject({
      status: 200,
    });
  });

  it("what was accepted comes to its end all the same", async () => {
    const db = openDatabase<ReadTables>(installed.databaseUrl, "read");
    const isOver = async () => {
      const open = db.selectFrom("read_generation").select("status");
      return (await open.where("status", "in", ["queued", "processing"]).execute()).length === 0;
    };
    expect(await until(isOver, { withinMs: minutes })).toBe(true);
    await db.destroy();
  });
});
