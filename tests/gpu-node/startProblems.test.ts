import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openEngine } from "../../gpu-node/engines.js";
import { loadIdentity } from "../../gpu-node/identity.js";
import { toRefusal } from "../../gpu-node/startProblems.js";
import { serveStatus } from "../../gpu-node/statusServer.js";
import { loadNodeConfig } from "../../platform/config/config.js";
import { Refusal } from "../../platform/process/refusal.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

/** What the log of a container says of a start that ended so. */
async function said(start: () => unknown): Promise<string> {
  const problem = await Promise.resolve()
    .then(start)
    .then(() => undefined, toRefusal);
  if (!(problem instanceof Refusal)) throw new Error("It was not refused.", { cause: problem });
  return problem.message;
}

/** A data folder whose key is what `make` leaves at its place. */
function folderWith(make: (key: string) => void): string {
  const folder = join(temporaryFolder(), "node");
  mkdirSync(folder);
  make(join(folder, "node-key.pem"));
  return folder;
}

const forbidden = Object.assign(new Error("EACCES"), { code: "EACCES", path: "/data" });

describe("a node that can't start says why in one line", () => {
  const one = { NODE_MAX_SECONDS: "many" };
  it.each([
    ["a setting", () => loadNodeConfig(one), /\); NODE_MAX_SECONDS must be /],
    ["two", () => loadNodeConfig({ ...one, NODE_PORT: "x" }), /; NODE_PORT .*; NODE_MAX_SECONDS /],
    ["an engine", () => openEngine("magic"), /^NODE_ENGINE must be one of /],
    // Whoever runs the tests may be root, who may do everything.
    ["a folder of another user", () => Promise.reject(forbidden), /^Can't use \/data: .*may not/],
    [
      "a folder in a file",
      () => loadIdentity(folderWith((key) => writeFileSync(key, "")).concat("/node-key.pem/data")),
      /^Can't use .*: it is no folder/,
    ],
    [
      "a folder that is a file",
      () => loadIdentity(folderWith((key) => writeFileSync(key, "")).concat("/node-key.pem")),
      /^Can't use .*: it is no folder/,
    ],
    [
      "a key that is none",
      () => loadIdentity(folderWith((key) => writeFileSync(key, "none", { mode: 0o600 }))),
      /does not hold this node's key/,
    ],
    [
      "a key for all to read",
      () =>
        loadIdentity(
          folderWith((key) => {
            writeFileSync(key, "");
            chmodSync(key, 0o644);
          }),
        ),
      /chmod 600/,
    ],
    [
      "a key that is a folder",
      () => loadIdentity(folderWith((key) => mkdirSync(key, { mode: 0o700 }))),
      /^Can't use .*it is a folder|^Can't use what it needs: it is a folder/,
    ],
    [
      "an address of another machine",
      () => serveStatus({ host: "192.0.2.1", port: 0 }, { status: undefined as never }),
      /^Can't use 192\.0\.2\.1: .*NODE_HOST/,
    ],
  ])("%s", async (_what, start, line) => {
    const message = await said(start);
    expect(message).toMatch(line);
    expect(message).not.toContain("\n");
  });

  it("and a fault of ours keeps its stack", () => {
    const fault = new TypeError("undefined is not a function");
    expect(toRefusal(fault)).toBe(fault);
  });
});
