import { z } from "zod";

const checkResultSchema = z.object({ name: z.string(), passed: z.boolean() });
export type CheckResult = Readonly<z.infer<typeof checkResultSchema>>;
const checkReportSchema = z.array(checkResultSchema).min(1);

/** The part we read of what vitest's JSON reporter writes. */
const testReportSchema = z.object({
  numPassedTests: z.number().int().positive(),
  numFailedTests: z.number().int(),
  success: z.boolean(),
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** Tests and checks together. A report that is missing, or lists no test, is one failure. */
export function countResults(testReport: unknown, checkReport: unknown): Count {
  const tests = countTests(testReport);
  const checks = countChecks(checkReport);
  return { passed: tests.passed + checks.passed, failed: tests.failed + checks.failed };
}

function countTests(report: unknown): Count {
  const { data } = testReportSchema.safeParse(report);
  if (data === undefined) return { passed: 0, failed: 1 };
  // A file that could not even be loaded failed without a single failed test.
  const brokenFiles = data.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  );
  const failed = data.numFailedTests + brokenFiles.length;
  // What is left to fail are errors outside any test, such as a promise nobody waited for.
  return { passed: data.numPassedTests, failed: data.success ? failed : Math.max(1, failed) };
}

function countChecks(report: unknown): Count {
  const { data } = checkReportSchema.safeParse(report);
  if (data === undefined) return { passed: 0, failed: 1 };
  const passed = data.filter((result) => result.passed).length;
  return { passed, failed: data.length - passed };
}
