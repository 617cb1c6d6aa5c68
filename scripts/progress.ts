import { Presets, SingleBar } from "cli-progress";

export interface Progress {
  update(done: number): void;
  stop(): void;
}

/** A bar on standard error, so that what a command prints stays clean; nothing where nobody looks. */
export function startProgress(name: string, total: number): Progress {
  const bar = new SingleBar(
    {
      format: `${name} {bar} {percentage}% {value}/{total}, {eta_formatted} left`,
      stream: process.stderr,
      noTTYOutput: false,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(Math.max(total, 1), 0);
  return {
    update: (done) => bar.update(done),
    stop: () => bar.stop(),
  };
}
