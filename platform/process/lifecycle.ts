import { constants, setPriority } from "node:os";
import type { Log } from "./log.js";

/** Something with a lifetime: a server, a subscription, a pool. */
export interface Closer {
  close(): unknown;
}

/**
 * SIGTERM is what supervisors and container engines send, SIGINT is Ctrl-C, SIGHUP a closed terminal.
 * SIGPIPE is absent: Node ignores it, and a broken pipe is then an error of that one write.
 */
const signals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/**
 * Ctrl-C reaches every process of the terminal, and npm hands its own on to us: the same wish comes
 * twice within milliseconds. Whoever really insists takes longer than this.
 */
const insistMsMin = 400;

/** Calls `stop` at the first signal, and `insist` when somebody asks again because it takes long. */
export function onStopSignal(stop: (reason: string) => void, insist: () => void): void {
  let askedAt: number | undefined;
  const ask = (signal: string): void => {
    const now = performance.now();
    if (askedAt === undefined) {
      askedAt = now;
      stop(signal);
    } else if (now - askedAt >= insistMsMin) {
      insist();
    }
  };
  for (const signal of signals) process.on(signal, ask);
  // A closed terminal, or a killed parent, took our output with it: a line that nobody reads must
  // not end us before we closed.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
}

/**
 * Closes everything in the given order, one after the other, then ends the process: with code 0, or
 * 1 when something would not close within the grace. List first what brings work in (stop taking
 * jobs, answer what is being answered), last what the others need (the connections).
 */
export function closeOnSignal(
  closers: readonly Closer[],
  { graceSeconds, log }: { readonly graceSeconds: number; readonly log: Log },
): void {
  let isClosing = false;

  const close = async (reason: string): Promise<void> => {
    if (isClosing) return;
    isClosing = true;
    let closed = 0;
    log.info({ reason }, "closing");
    // A hanging connection must not keep the process, and with it the port, for ever.
    setTimeout(() => {
      log.error(
        { graceSeconds, closed, of: closers.length },
        "did not close in time; stopping all the same",
      );
      process.exit(1);
    }, graceSeconds * 1000).unref();

    let exitCode = 0;
    for (const closer of closers) {
      if (!(await couldClose(closer, log))) exitCode = 1;
      closed += 1;
    }
    process.exit(exitCode);
  };

  onStopSignal(
    (signal) => void close(signal),
    () => process.exit(1), // The log and the data bear it.
  );
  onParentGone(() => void close("the parent process is gone"));
}

/** A closer that fails must not keep the others from their turn. */
async function couldClose(closer: Closer, log: Log): Promise<boolean> {
  try {
    await closer.close();
    return true;
  } catch (error) {
    log.error({ err: error }, "something could not be closed");
    return false;
  }
}

/**
 * A supervisor that was killed can send no signal, but its end of the channel closes. Without a
 * parent nobody would ever stop this process, and it would hold its port against the next start.
 */
function onParentGone(act: () => void): void {
  if (process.send === undefined) return; // Started without a channel: on its own, or in a container.
  process.on("disconnect", act);
  // It may have died while we were starting up, before anybody listened.
  if (!process.connected) act();
}

/** Where processors are short, whoever waits for an answer comes before what may happen a moment later. */
export function runInBackground(): void {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}

/** Says that work can come, in the log and to the supervisor. `details` name what was free to choose. */
export function announceReady(
  log: Log,
  details: Readonly<Record<string, string | number>> = {},
): void {
  log.info(details, "ready");
  // From Node 22 on, a parent that is gone shows here as an error before it shows as a disconnect.
  const ignoreError = () => undefined;
  if (process.connected) process.send?.({ type: "ready", ...details }, ignoreError);
}
