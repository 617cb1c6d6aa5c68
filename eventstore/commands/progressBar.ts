import { Presets, SingleBar } from "cli-progress";

export interface ProgressBar {
  update(done: number, total: number): void;
  stop(): void;
}

const refreshesPerSecond = 10;

/** On standard error, so that what a command prints stays clean; nothing where nobody looks. */
export function startProgressBar(name: string): ProgressBar {
  const bar = new SingleBar(
    {
      format: `${name} {bar} {percentage}% {value}/{total}, {eta_formatted} left`,
      stream: process.stderr,
      noTTYOutput: false,
      hideCursor: true,
      fps: refreshesPerSecond,
    },
    Presets.shades_classic,
  );
  bar.start(1, 0);
  return {
    update: (done, total) => {
      bar.setTotal(Math.max(total, 1));
      bar.update(Math.min(done, total));
    },
    stop: () => bar.stop(),
  };
}
