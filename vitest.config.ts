import { defineConfig } from "vitest/config";

/** `unit` starts nothing but what a test itself starts; `servers` gets a MariaDB and a Redis. */
const unit = ["*.test.ts", "{domain,gpu-node,contract,eventstore,chaos}/**/*.test.ts"];
const servers = ["{api,commands,projections,workers,platform,scripts,e2e}/**/*.test.ts"];

const inTests = (patterns: readonly string[]): string[] => patterns.map((path) => `tests/${path}`);

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { name: "unit", include: inTests(unit), testTimeout: 30_000 } },
      {
        test: {
          name: "servers",
          include: inTests(servers),
          globalSetup: "tests/support/servers.ts",
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
