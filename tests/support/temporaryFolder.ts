import { onTestFinished } from "vitest";
import { makeTemporaryFolder } from "../../platform/process/temporaryFolder.js";

/** A new, private folder that goes when the test is done. */
export function temporaryFolder(): string {
  const folder = makeTemporaryFolder("test");
  onTestFinished(() => folder.remove());
  return folder.path;
}
