import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  findRunningInstance,
  toolEnvironment,
  writeRunningInstance,
} from "../../scripts/runningInstance.js";
import { openPrivateFolder, writePrivateFile } from "../../scripts/supervisor/dataFolder.js";
import { lockDataFolder } from "../../scripts/supervisor/dataLock.js";
import { LogFile } from "../../scripts/supervisor/logFile.js";
import { loadSecrets } from "../../scripts/supervisor/secrets.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe("a data folder", () => {
  it("is made for its owner only", () => {
    const folder = join(temporaryFolder(), "deep", "data");
    openPrivateFolder(folder);
    expect(modeOf(folder)).toBe("700");
  });

  it("that others can open is refused with the command that closes it", () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o750);
    expect(() => openPrivateFolder(folder)).toThrow(`chmod 700 ${folder}`);
  });

  it("gets files for its owner only, also over one that was open", () => {
    const file = join(temporaryFolder(), "key");
    writeFileSync(file, "old", { mode: 0o644 });
    writePrivateFile(file, "new");
    expect([modeOf(file), readFileSync(file, "utf8")]).toEqual(["600", "new"]);
  });
});

describe("secrets", () => {
  it("are made once, each of its own, and stay", () => {
    const folder = temporaryFolder();
    const made = loadSecrets(folder);
    expect(new Set(Object.values(made)).size).toBe(4);
    expect(Object.values(made).every((secret) => secret.length === 43)).toBe(true);
    expect(modeOf(join(folder, "secrets.json"))).toBe("600");
    expect(loadSecrets(folder)).toEqual(made);
  });

  it("that others can read are refused with the command that closes them", () => {
    const folder = temporaryFolder();
    loadSecrets(folder);
    const file = join(folder, "secrets.json");
    chmodSync(file, 0o644);
    expect(() => loadSecrets(folder)).toThrow(`chmod 600 ${file}`);
  });

  it("are not made anew beside data that only the old ones open", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "mariadb"));
    expect(() => loadSecrets(folder)).toThrow(/secrets\.json is missing.*Restore/);
    expect(readdirSync(folder)).toEqual(["mariadb"]);
  });

  it.each(['{"appSecret": "hush', '{"appSecret": "hush"}'])(
    "that are damaged are refused, and not shown: %s",
    (text) => {
      const folder = temporaryFolder();
      writePrivateFile(join(folder, "secrets.json"), text);
      expect(() => loadSecrets(folder)).toThrow(/damaged/);
      expect(() => loadSecrets(folder)).not.toThrow(/hush/);
    },
  );
});

describe("the lock of a data folder", () => {
  it("is held by one at a time", () => {
    const folder = temporaryFolder();
    const unlock = lockDataFolder(folder);
    expect(() => lockDataFolder(folder)).toThrow(`another npm start (pid ${process.pid})`);
    unlock();
    lockDataFolder(folder)();
  });

  it("of somebody who is gone counts for nothing", () => {
    const folder = temporaryFolder();
    writePrivateFile(join(folder, "lock"), "999999999\nnode start.ts");
    lockDataFolder(folder)();
  });

  it("whose pid now belongs to another program counts for nothing", () => {
    const folder = temporaryFolder();
    writePrivateFile(join(folder, "lock"), `${process.pid}\nsome other program`);
    lockDataFolder(folder)();
  });
});

describe("a command-line tool", () => {
  const instance = {
    pid: process.pid,
    url: "http://localhost:8000",
    environment: { EVENTSTORE_URL: "esdb://127.0.0.1:1", JWT_SECRET: "j" },
  };

  it("finds a running instance by its data folder", () => {
    const dataDir = temporaryFolder();
    const unlock = lockDataFolder(dataDir);
    writeRunningInstance(dataDir, instance);
    expect(modeOf(join(dataDir, "run.json"))).toBe("600");
    const ofShell = { DEFAULT_WORKER_SHARE: "0.10", ALLOWED_CURRENCIES: "USD", LEDGER_ORIGIN: "x" };
    const environment = { EVENTSTORE_URL: "esdb://elsewhere:1", HOME: "/root", ...ofShell };
    expect(toolEnvironment({ dataDir, environment })).toEqual({
      ...instance.environment,
      HOME: "/root",
    });
    unlock();
  });

  it("takes what a killed instance left for what it is", () => {
    const dataDir = temporaryFolder();
    writeRunningInstance(dataDir, instance);
    expect(findRunningInstance(dataDir)).toBeUndefined();
    expect(() => toolEnvironment({ dataDir, environment: {} })).toThrow("npm start");
  });

  it("uses the environment when that names an event store and no folder is given", () => {
    const environment = { EVENTSTORE_URL: "esdb://elsewhere:1" };
    expect(toolEnvironment({ dataDir: undefined, environment })).toBe(environment);
  });
});

describe("a log file", () => {
  it("is limited: full, it takes the place of the one before", () => {
    const path = join(temporaryFolder(), "api.log");
    const log = new LogFile(path, 20);
    for (const number of [1, 2, 3, 4, 5, 6]) log.write(`line no. ${number}`);
    log.close();
    expect(readFileSync(path, "utf8")).toBe("line no. 5\nline no. 6\n");
    expect(readFileSync(`${path}.1`, "utf8")).toBe("line no. 3\nline no. 4\n");
    expect(modeOf(path)).toBe("600");
  });

  it("goes on where it was", () => {
    const path = join(temporaryFolder(), "api.log");
    for (const line of ["before", "after"]) {
      const log = new LogFile(path, 1000);
      log.write(line);
      log.close();
    }
    expect(readFileSync(path, "utf8")).toBe("before\nafter\n");
  });
});
