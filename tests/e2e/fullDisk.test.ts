import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openLedger } from "../../commands/openLedger.js";
import { minute, second } from "../../domain/limits.js";
import { systemClock } from "../../platform/process/clock.js";
import type { ReadTables } from "../../projections/readTables.js";
import { until } from "../../scripts/supervisor/until.js";
import type { Accepted } from "../chaos/product/accepted.js";
import { compareWithReplay } from "../chaos/product/compareWithReplay.js";
import { untilAgreed } from "../chaos/product/untilAgreed.js";
import { mountProblem, mountSmallDisk, type SmallDisk } from "../chaos/smallDisk.js";
import { call, newHandles, registerBody } from "../support/account.js";
import { askEverything, makeCallers, readQuestions } from "../support/askEverything.js";
import { type Installed, startInstalled } from "../support/installed.js";

const diskBytes = 256 * 1024 ** 2;
const answerMsMax = 5 * second;
const healthyMsMax = 30 * second;
/** Each takes some bytes in several tables, so that one of them needs a new page long before. */
const registrationsMax = 500;
const atOnce = 8;

async function startOnSmallDisk(): Promise<Installed & { readonly disk: SmallDisk }> {
  let mounted: SmallDisk | undefined;
  const installed = await startInstalled({}, (folder) => {
    const path = join(folder, "mariadb");
    mkdirSync(path);
    mounted = mountSmallDisk(path, diskBytes);
  });
  const disk = mounted;
  if (disk === undefined) throw new Error("No disk was mounted.");
  onTestFinished(() => installed.stop(() => disk.remove()), minute);
  return { ...installed, disk };
}

/** Registers people until somebody is refused. Returns all that was said. */
async function registerUntilRefused(installed: Installed) {
  const accepted: Accepted[] = [];
  const refused: { status: number; code: string | undefined; ms: number }[] = [];
  const register = async () => {
    const handles = newHandles();
    const startedAt = performance.now();
    const body = registerBody(handles);
    const { status, code } = await call(installed, "POST", "/auth/register", { body });
    const ms = performance.now() - startedAt;
    if (status !== 201) refused.push({ status, code, ms });
    else accepted.push({ what: "registered", email: handles.email, at: systemClock.now() });
  };
  while (refused.length === 0 && accepted.length < registrationsMax) {
    await Promise.all(Array.from({ length: atOnce }, register));
  }
  return { accepted, refused };
}

describe("while MariaDB's disk is full", { timeout: 8 * minute }, () => {
  it("what needs it is told so in time, nothing is lost, and all is well with new room", async ({
    skip,
  }) => {
    const problem = mountProblem();
    skip(problem !== undefined, problem);
    const installed = await startOnSmallDisk();
    const { disk, config, environment, folder, url } = installed;
    const questions = await readQuestions(installed);
    const callers = await makeCallers(installed);
    const { apiKey: key } = await installed.makePerson();
    const makeLoop = () => {
      const body = { prompt: "dub techno", generation_duration: 1 };
      return call(installed, "POST", "/generate", { body, key });
    };

    disk.fill();
    const { accepted, refused } = await registerUntilRefused(installed);
    const [first] = refused;
    expect(first).toMatchObject({ status: 503, code: "UNAVAILABLE" });
    expect(Math.max(...refused.map((each) => each.ms))).toBeLessThan(answerMsMax);
    const answers = await askEverything(installed, questions, callers);
    expect(answers.filter((each) => each.status >= 500 && each.status !== 503)).toEqual([]);
    expect(Math.max(...answers.map((each) => each.ms))).toBeLessThan(answerMsMax);
    expect((await fetch(`${url}/health`)).status).toBe(200);

    disk.makeRoom();
    const isWell = async () => (await makeLoop()).status === 200;
    expect(await until(isWell, { withinMs: healthyMsMax })).toBe(true);
    const opened = await openLedger<ReadTables>(config);
    const places = { ...config, mailFolder: join(folder, "mail") };
    expect(await untilAgreed(opened, { places, accepted, withinMs: 3 * minute })).toEqual([]);
    await opened.close();
    expect(await compareWithReplay(environment)).toEqual([]);
  });
});
