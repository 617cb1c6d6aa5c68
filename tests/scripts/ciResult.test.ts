import { describe, expect, it } from "vitest";
import { countResults } from "../../scripts/ciResult.js";

const file = (...statuses: string[]) => ({
  status: statuses.includes("failed") || statuses.length === 0 ? "failed" : "passed",
  assertionResults: statuses.map((status) => ({ status })),
});
function testReport(...files: ReturnType<typeof file>[]) {
  const statuses = files.flatMap(({ assertionResults }) => assertionResults);
  const count = (wanted: string) => statuses.filter(({ status }) => status === wanted).length;
  return {
    numPassedTests: count("passed"),
    numFailedTests: count("failed"),
    success: files.every(({ status }) => status === "passed"),
    testResults: files,
  };
}
const allChecks = [
  { name: "types", passed: true },
  { name: "lint", passed: true },
];

describe("the sum of a CI run", () => {
  it("adds tests and checks", () => {
    const report = testReport(file("passed", "passed"), file("passed", "skipped"));
    expect(countResults(report, allChecks)).toEqual({ passed: 5, failed: 0 });
  });

  it("counts failed tests and failed checks", () => {
    const report = testReport(file("passed", "failed"));
    const checks = [...allChecks, { name: "import rules", passed: false }];
    expect(countResults(report, checks)).toEqual({ passed: 3, failed: 2 });
  });

  it("counts a file that could not be loaded", () => {
    expect(countResults(testReport(file("passed"), file()), allChecks).failed).toBe(1);
  });

  it("counts an error outside any test", () => {
    const report = { ...testReport(file("passed")), success: false };
    expect(countResults(report, allChecks)).toEqual({ passed: 3, failed: 1 });
  });

  it("counts it as a failure when no test ran, or a report is missing", () => {
    expect(countResults(testReport(), allChecks).failed).toBe(1);
    expect(countResults(undefined, allChecks).failed).toBe(1);
    expect(countResults(testReport(file("passed")), undefined).failed).toBe(1);
    expect(countResults(testReport(file("passed")), []).failed).toBe(1);
  });
});
