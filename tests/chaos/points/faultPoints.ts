export type When = "before" | "after";

/** A place in the running program: what is done there, and the how-manieth time it is. */
export interface FaultPoint {
  readonly name: string;
  readonly count: number;
  readonly when: When;
}

/** The places that a process passes, and at most one at which it dies. */
export class FaultPoints {
  #passed = new Map<string, number>();
  #fatal: FaultPoint | undefined;

  /** Counts from here on. Without a fatal one the places are only noted. */
  begin(fatal?: FaultPoint): void {
    this.#passed = new Map();
    this.#fatal = fatal;
  }

  /** How often each place was passed since it began. */
  passed(): Record<string, number> {
    return Object.fromEntries(this.#passed);
  }

  /** Dies right before or after the work, as a power cut would have it: nothing is finished. */
  async around<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const count = this.reach(name);
    const result = await work();
    this.leave(name, count);
    return result;
  }

  reach(name: string): number {
    const count = (this.#passed.get(name) ?? 0) + 1;
    this.#passed.set(name, count);
    this.#dieAt({ name, count, when: "before" });
    return count;
  }

  leave(name: string, count: number): void {
    this.#dieAt({ name, count, when: "after" });
  }

  #dieAt({ name, count, when }: FaultPoint): void {
    const fatal = this.#fatal;
    if (fatal?.name !== name || fatal.count !== count || fatal.when !== when) return;
    process.kill(process.pid, "SIGKILL");
  }
}

/** What happens again and again is tried the first few times. */
const countMax = 2;
const whens: readonly When[] = ["before", "after"];

/** Every place, in the order in which it was first passed. */
export const pointsOf = (passed: Readonly<Record<string, number>>): FaultPoint[] =>
  Object.entries(passed).flatMap(([name, times]) =>
    Array.from({ length: Math.min(times, countMax) }, (_, n) => n + 1).flatMap((count) =>
      whens.map((when) => ({ name, count, when })),
    ),
  );

/** Groups of places that lie far apart, in order: after one of them the next is still to come. */
export function inGroups(points: readonly FaultPoint[], size: number): FaultPoint[][] {
  const groups = Math.ceil(points.length / size);
  return Array.from({ length: groups }, (_, first) =>
    points.filter((_point, index) => index % groups === first),
  );
}
