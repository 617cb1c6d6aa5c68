/** What `.ci/run` does: the tests and the checks as anybody would run them, then one line of sums. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "../platform/parseJson.js";
import { makeTemporaryFolder } from "../platform/process/temporaryFolder.js";
import { countResults } from "./ciResult.js";
import { runCommand } from "./runCommand.js";

const temporary = makeTemporaryFolder("ci");
const folder = temporary.path;
const testReport = join(folder, "tests.json");
const checkReport = join(folder, "check.json");
const read = (path: string): unknown =>
  existsSync(path) ? parseJson(readFileSync(path, "utf8")) : undefined;

const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${testReport}`];
const tests = await runCommand("npm", ["test", "--", ...reporters]);
const checks = await runCommand("npm", ["run", "check", "--", "--report", checkReport]);
const { passed, failed } = countResults(read(testReport), read(checkReport));
temporary.remove();

const unexplained = failed === 0 && tests.exitCode + checks.exitCode > 0 ? 1 : 0;
console.log(`${passed} passed, ${failed + unexplained} failed`);
process.exitCode = failed + unexplained === 0 ? 0 : 1;
