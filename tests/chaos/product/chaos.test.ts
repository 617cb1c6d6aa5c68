import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { minute } from "../../../domain/limits.js";

/** 33 faults; every kind at least once. */
const seed = process.env["CHAOS_SEED"] ?? "4";
const rounds = "14";

/** As a person runs it: the product is too large for this process, and is started as a whole. */
describe("npm run chaos", { timeout: 8 * minute }, () => {
  it("finds nothing lost, nothing twice, and all well again within 30 s", async () => {
    const args = ["scripts/chaos.ts", "--rounds", rounds, "--seed", seed, "--json"];
    const { VITEST: _, ...env } = process.env;
    const child = spawn(process.execPath, ["scripts/bootstrap.mjs", ...args], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [output, steps] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = child.exitCode === null ? await once(child, "exit") : [child.exitCode];
    const result = JSON.parse(output.slice(output.indexOf("{")));
    expect(result.findings, steps).toEqual([]);
    expect(code).toBe(0);
    expect(result.faults).toBeGreaterThanOrEqual(30);
    const everything = ["delivered", "requested", "registered", "key", "webhook", "expense"];
    expect(Object.keys(result.accepted)).toEqual(expect.arrayContaining(everything));
  });
});
