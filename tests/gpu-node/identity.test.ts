import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadIdentity } from "../../gpu-node/identity.js";
import { Refusal } from "../../platform/process/refusal.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

const keyIn = (folder: string) => join(folder, "node-key.pem");
const permissionsOf = async (path: string) => (await stat(path)).mode & 0o777;

describe("a node's key", () => {
  it("is made at the first start, for its owner's eyes only", async () => {
    const folder = join(temporaryFolder(), "node");
    await loadIdentity(folder);
    expect(await permissionsOf(keyIn(folder))).toBe(0o600);
    expect(await permissionsOf(folder)).toBe(0o700);
  });

  it("is made once: the next start is the same node", async () => {
    const folder = temporaryFolder();
    const first = await loadIdentity(folder);
    const pem = await readFile(keyIn(folder), "utf8");
    const second = await loadIdentity(folder);
    expect(second.publicKey).toBe(first.publicKey);
    expect(await readFile(keyIn(folder), "utf8")).toBe(pem);
  });

  it("is another in another folder", async () => {
    const one = await loadIdentity(temporaryFolder());
    const other = await loadIdentity(temporaryFolder());
    expect(other.publicKey).not.toBe(one.publicKey);
  });

  it.each([0o640, 0o604, 0o660, 0o644])(
    "is refused when others can get at it (%o), and stays as it is",
    async (mode) => {
      const folder = temporaryFolder();
      await loadIdentity(folder);
      await chmod(keyIn(folder), mode);
      await expect(loadIdentity(folder)).rejects.toThrow(Refusal);
      await expect(loadIdentity(folder)).rejects.toThrow("chmod 600");
      expect(await permissionsOf(keyIn(folder))).toBe(mode);
    },
  );

  it("is never replaced when it can't be read as a key", async () => {
    const folder = temporaryFolder();
    await writeFile(keyIn(folder), "not a key", { mode: 0o600 });
    await expect(loadIdentity(folder)).rejects.toThrow(Refusal);
    expect(await readFile(keyIn(folder), "utf8")).toBe("not a key");
  });
});
