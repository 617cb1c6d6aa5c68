import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files in folders of `servers` that start whatever they need themselves, so they run in `unit`. */
const ofNoServer = [
  "api/{connections,donorName,line,range,traffic}.test.ts",
  "platform/{fewLines,audioReport,blobs,certificates,config,eventStoreUrl,fairLine,log,lookTogether}.test.ts",
  "platform/{metrics,passwords,paypal,queryPlans,settingReaders,signatures}.test.ts",
  "scripts/{ciResult,dataFolder,mailCatcher,reservePort}.test.ts",
  "workers/sweepEach.test.ts",
];
/** `unit` starts nothing but what a test itself starts; `servers` gets a MariaDB and a Redis. */
const unit = [
  "*.test.ts",
  "{domain,gpu-node,contract,eventstore,chaos,fuzz,attack}/**/*.test.ts",
  ...ofNoServer,
];
const servers = ["{api,commands,projections,workers,platform,scripts,e2e}/**/*.test.ts"];

const inTests = (patterns: readonly string[]): string[] => patterns.map((path) => `tests/${path}`);

/**
 * Files that start the whole product and mostly wait for it, in short sources. By their size they
 * would begin last, and be waited for alone.
 */
const longest = ["chaos/product/chaos", "fuzz/fuzz", "attack/attack"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isOf = (name: string) => (file: TestSpecification) =>
      file.moduleId.endsWith(`/tests/${name}.test.ts`);
    const first = longest.flatMap((name) => sorted.filter(isOf(name)));
    return [...first, ...sorted.filter((file) => !first.includes(file))];
  }
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { name: "unit", include: inTests(unit), testTimeout: 30_000 } },
      {
        test: {
          name: "servers",
          include: inTests(servers),
          exclude: inTests(ofNoServer),
          globalSetup: "tests/support/servers.ts",
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
