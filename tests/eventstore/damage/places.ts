import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** One byte of the data file, and what is done to it. */
export interface Place {
  readonly at: number;
  readonly xor: number;
}

/** For $all and each stream in both directions: a digest of what was read, or `refused`. */
export type Reading = Readonly<Record<string, string>>;
export const refused = "refused";

export interface Task {
  readonly original: string;
  readonly scratch: string;
  readonly streams: readonly string[];
  readonly places: readonly Place[];
}

export type Progress =
  | { readonly kind: "begins"; readonly index: number; readonly step: "verify" | "read" }
  | { readonly kind: "verified"; readonly index: number; readonly isIntact: boolean }
  | { readonly kind: "read"; readonly index: number; readonly reading: Reading };

/** A process that crashes or goes in circles has reported the damage, too, and served nothing. */
export interface Outcome {
  readonly place: Place;
  readonly isReported: boolean;
  readonly reading: Reading;
}

const silenceMsMax = 10_000;
/** Starting takes far longer than any one place, on a busy machine even more so. */
const startMsMax = 60_000;

/** All places, in as few processes as crashes allow. */
export async function damageEach(task: Task): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  while (outcomes.length < task.places.length) {
    const places = task.places.slice(outcomes.length);
    outcomes.push(...(await damageUntilCrash({ ...task, places })));
  }
  return outcomes;
}

function damageUntilCrash(task: Task): Promise<readonly Outcome[]> {
  const program = fileURLToPath(new URL("./damageProcess.ts", import.meta.url));
  const child = fork(program, [], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const outcomes: Outcome[] = [];
  let step: "verify" | "read" = "verify";
  let isReported = false;
  let silence = setTimeout(() => child.kill("SIGKILL"), startMsMax);
  child.on("message", (progress: Progress) => {
    clearTimeout(silence);
    silence = setTimeout(() => child.kill("SIGKILL"), silenceMsMax);
    const place = task.places[progress.index] ?? { at: 0, xor: 0 };
    if (progress.kind === "begins") step = progress.step;
    else if (progress.kind === "verified") isReported = !progress.isIntact;
    else outcomes.push({ place, isReported, reading: progress.reading });
  });
  child.send(task);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => {
      clearTimeout(silence);
      const [place] = task.places.slice(outcomes.length);
      // An earlier place may have harmed the process, so only one that it began with is judged.
      const isJudged = place !== undefined && outcomes.length === 0;
      const crashed = { isReported: isReported || step === "verify", reading: {} };
      resolve(isJudged ? [{ place, ...crashed }] : outcomes);
    });
  });
}
