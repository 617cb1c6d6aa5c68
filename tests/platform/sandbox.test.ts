import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it, onTestFinished, type TestContext, vi } from "vitest";
import { createAudioCheck } from "../../platform/audio/audioCheck.js";
import { chooseSandbox } from "../../platform/audio/chooseSandbox.js";
import { ffmpegLimits } from "../../platform/audio/ffmpeg.js";
import { startFfmpeg } from "../../platform/audio/ffmpegRun.js";
import type { Sandbox } from "../../platform/audio/sandbox.js";
import { descendantsOf, type Ended, startInTheOpen, startShutIn } from "../support/shutIn.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

const isLinux = process.platform === "linux";
const isRoot = process.getuid?.() === 0;
const chosen = await chooseSandbox();
const { kind } = chosen;
/** What is left where user namespaces are refused, as in a container with the usual rules. */
const limitsOnly: Sandbox = { kind: "limits", dropsUser: chosen.dropsUser };

/** Skips what the system can't do here, with the system's own reason. */
function needs(layer: "bubblewrap" | "limits", { skip }: TestContext): void {
  skip(!isLinux, "Only Linux has bubblewrap and prlimit.");
  if (layer === "bubblewrap") skip(kind !== layer, chosen.refused.join("; "));
}

const shutIn = (script: string, sandbox: Sandbox = chosen, limits = ffmpegLimits): Promise<Ended> =>
  startShutIn(sandbox, limits, { script }).ended;

/** A server on loopback, and how often it was reached. */
async function listening(): Promise<{ port: number; calls(): number }> {
  let calls = 0;
  const server: Server = createServer((socket) => {
    calls += 1;
    socket.end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It listens on no port.");
  return { port: address.port, calls: () => calls };
}

/** Each word of a script that worked; a script prints it after what it tried. */
const done = ({ printed }: Ended): readonly string[] =>
  [...printed.matchAll(/^done:(.+)$/gm)].map(([, word = ""]) => word);

describe("a program in the place of FFmpeg", () => {
  it("reaches no server, not even on loopback", async (context) => {
    needs("bubblewrap", context);
    const { port, calls } = await listening();
    const script = `exec 4<> /dev/tcp/127.0.0.1/${port} && echo done:connected`;
    expect(done(await startInTheOpen(script).ended)).toEqual(["connected"]);
    expect(calls()).toBe(1);
    expect(done(await shutIn(script))).toEqual([]);
    expect(calls()).toBe(1);
  });

  it("reads no file but its libraries: no data, no account, no other process", async (context) => {
    needs("bubblewrap", context);
    const secret = join(temporaryFolder(), "certificate.pem");
    writeFileSync(secret, "a key");
    const files = [secret, "/etc/passwd", `/proc/${process.pid}/environ`, import.meta.filename];
    const script = files.map((file) => `: < ${file} && echo done:${file}`).join("\n");
    expect(done(await startInTheOpen(script).ended)).toEqual(files);
    expect(done(await shutIn(script))).toEqual([]);
  });

  it("writes nothing but what it was given open", async (context) => {
    needs("bubblewrap", context);
    const folder = temporaryFolder();
    const outputFile = join(folder, "output.raw");
    const places = ["", "/tmp", "/usr/lib", "/etc", "/dev", "/dev/shm", folder];
    const tries = places.map((place) => `echo x > ${place}/mark && echo done:${place}`);
    const script = [...tries, "echo its own >&3"].join("\n");
    const { ended } = startShutIn(chosen, ffmpegLimits, { script, outputFile });
    expect(done(await ended)).toEqual([]);
    expect(readFileSync(outputFile, "utf8")).toBe("its own\n");
    expect(existsSync(join(folder, "mark"))).toBe(false);
  });

  it("starts a handful of processes and no more, and all of them end with it", async (context) => {
    needs("bubblewrap", context);
    // bash may give up after a refusal, so one that only waits keeps the others.
    const bomb = "for i in {1..100}; do ( kill -STOP $BASHPID ) <&1 & done";
    const script = `( ${bomb} ); kill -STOP $$`;
    const { child } = startShutIn(chosen, ffmpegLimits, { script });
    const said: string[] = [];
    child.stderr?.on("data", (data: Buffer) => void said.push(data.toString()));
    await vi.waitUntil(() => said.join("").includes("unavailable"), { timeout: 20_000 });
    const started = descendantsOf(String(child.pid));
    expect(started.length, said.join("")).toBeGreaterThan(2);
    expect(started.length).toBeLessThanOrEqual(16);
    child.kill("SIGKILL");
    await vi.waitUntil(() => started.every((pid) => !existsSync(`/proc/${pid}`)), 10_000);
  });

  it("sees and ends no process but its own", async (context) => {
    needs("bubblewrap", context);
    const script = `kill -0 ${process.pid} && echo done:seen; echo done:$$`;
    expect(done(await startInTheOpen(script).ended)).toContain("seen");
    const [first, ...rest] = done(await shutIn(script));
    expect(Number(first)).toBeLessThan(10);
    expect(rest).toEqual([]);
  });

  it.for(["bubblewrap", "limits"] as const)("can't eat memory under %s", async (layer, context) => {
    needs(layer, context);
    const limits = { ...ffmpegLimits, memoryBytes: 64 * 1024 ** 2 };
    const script = "x=0123456789; while :; do x=$x$x; done";
    const { code, printed } = await shutIn(
      script,
      layer === "limits" ? limitsOnly : chosen,
      limits,
    );
    expect(printed).toContain("cannot allocate");
    expect(code).not.toBe(0);
  });

  it.for(["bubblewrap", "limits"] as const)(
    "computes for seconds only under %s",
    async (layer, context) => {
      needs(layer, context);
      const sandbox = layer === "limits" ? limitsOnly : chosen;
      const { code, signal } = await shutIn("while :; do :; done", sandbox, {
        ...ffmpegLimits,
        cpuSeconds: 1,
      });
      expect(code === null ? signal : code - 128).toBe(
        code === null ? "SIGXCPU" : constants.signals.SIGXCPU,
      );
    },
  );

  it.for(["bubblewrap", "limits"] as const)("fills no disk under %s", async (layer, context) => {
    needs(layer, context);
    const sandbox = layer === "limits" ? limitsOnly : chosen;
    const outputFile = join(temporaryFolder(), "output.raw");
    const script = "while echo 0123456789 >&3; do :; done";
    await startShutIn(sandbox, { ...ffmpegLimits, outputBytes: 4_096 }, { script, outputFile })
      .ended;
    expect(statSync(outputFile).size).toBe(4_096);
  });

  it("of root is nobody, also where there are only limits", async (context) => {
    needs("limits", context);
    context.skip(!isRoot, "Only root can become somebody else.");
    const secret = join(temporaryFolder(), "certificate.pem");
    writeFileSync(secret, "a key", { mode: 0o600 });
    const script = `echo done:$UID; : < ${secret} && echo done:read`;
    expect(done(await startInTheOpen(script).ended)).toEqual(["0", "read"]);
    expect(done(await shutIn(script, limitsOnly))).toEqual(["65534"]);
  });
});

describe("FFmpeg itself", () => {
  it("is started ahead shut in, with no privilege", async (context) => {
    needs("bubblewrap", context);
    const audioCheck = createAudioCheck(chosen);
    onTestFinished(() => audioCheck.close());
    const isFfmpeg = (pid: string) => /^Name:\s+ffmpeg$/m.test(statusOf(pid));
    const pid = await vi.waitUntil(() => descendantsOf("self").find(isFfmpeg), 20_000);
    for (const space of ["net", "pid", "ipc", "user", "mnt"]) {
      expect(readlinkSync(`/proc/${pid}/ns/${space}`)).not.toBe(
        readlinkSync(`/proc/self/ns/${space}`),
      );
    }
    const status = statusOf(pid);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    if (isRoot) expect(status).toMatch(/^Uid:(\s+65534){4}$/m);
  });
});

describe("FFmpeg that is killed", () => {
  it("while it is still being shut in leaves no process", async (context) => {
    needs("bubblewrap", context);
    const folder = temporaryFolder();
    for (let ms = 0; ms < 20; ms += 1) {
      const run = startFfmpeg(join(folder, `${ms}.raw`), ffmpegLimits, chosen);
      await vi.waitUntil(() => holdersOf(folder).length > 0, { timeout: 10_000, interval: 1 });
      await setTimeout(ms); // Somewhere on its way: the place differs each time.
      run.kill();
      await vi.waitUntil(() => holdersOf(folder).length === 0, 10_000);
    }
  });
});

describe("the choice of a sandbox", () => {
  const programs = ["sh", "ffmpeg", "prlimit", "setpriv", "setsid"];

  it.for([
    ["is not there", undefined],
    ["is refused by the system", "#!/bin/sh\necho 'bwrap: No permissions' >&2; exit 1\n"],
  ] as const)(
    "is the limits alone where bubblewrap %s, and says why",
    async ([_what, bwrap], context) => {
      needs("limits", context);
      const folder = temporaryFolder();
      // Also nobody must be let at them.
      chmodSync(folder, 0o755);
      for (const name of programs) symlinkSync(`/usr/bin/${name}`, join(folder, name));
      if (bwrap !== undefined) writeFileSync(join(folder, "bwrap"), bwrap, { mode: 0o755 });
      onTestFinished(() => void vi.unstubAllEnvs());
      vi.stubEnv("PATH", folder);
      const choice = await chooseSandbox();
      expect(choice).toMatchObject({ kind: "limits", dropsUser: isRoot });
      expect(choice.refused.join()).toContain("bwrap");
    },
  );
});

/** Processes that hold an output in this folder open. */
const holdersOf = (folder: string): readonly string[] =>
  readdirSync("/proc").filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/3`).startsWith(folder);
    } catch {
      return false; // No process, or one that has just ended.
    }
  });

const statusOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return ""; // It has just ended.
  }
};
