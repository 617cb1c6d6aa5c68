import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { minute, second } from "../../../domain/limits.js";
import { withLoad } from "../product/withLoad.js";
import { takeSamples } from "./samples.js";
import { type Timed, type Trend, trendsOf } from "./trend.js";

export interface SoakOptions {
  readonly minutes: number;
  readonly say: (line: string) => void;
}
export interface SoakResult {
  readonly trends: readonly Trend[];
  /** What its users could not do. */
  readonly failures: readonly string[];
}

const lookMs = 2 * second;

/** Uses the product for so long, and looks at every process all the time. */
export const runSoak = ({ minutes, say }: SoakOptions): Promise<SoakResult> =>
  withLoad({
    say,
    mayFillDisk: false,
    isFine: ({ trends, failures }) => failures.length === 0 && trends.every((each) => each.isFlat),
    async work({ product, load }) {
      load.start({ seed: 1, file: join(product.folder, "accepted") });
      say(`${minutes} minutes of use …`);
      const all: Timed[] = [];
      const startedAt = performance.now();
      while (performance.now() - startedAt < minutes * minute) {
        all.push({ atMs: performance.now(), samples: await takeSamples(product) });
        await pause(lookMs);
      }
      return { trends: trendsOf(all), failures: await load.stop() };
    },
  });
