import { minute } from "../../../domain/limits.js";
import { type Quantity, quantities, type Sample } from "./samples.js";

export interface Timed {
  readonly atMs: number;
  readonly samples: ReadonlyMap<string, Sample>;
}

/** How one quantity of one process went, over the second half of the time. */
export interface Trend {
  readonly process: string;
  readonly quantity: Quantity;
  readonly from: number;
  readonly to: number;
  /** By least squares through the least value of each of some spans: what is free may lie around. */
  readonly perMinute: number;
  readonly isFlat: boolean;
}

interface Limit {
  readonly perMinute: number;
  /** What may come and go in any time, however short. */
  readonly slack: number;
}

/** More than this, over hours, would end a process; less can't be told from noise in ten minutes. */
export const limits: Readonly<Record<Quantity, Limit>> = {
  "memory MiB": { perMinute: 1, slack: 8 },
  "heap MiB": { perMinute: 0.5, slack: 6 },
  files: { perMinute: 0.2, slack: 6 },
  sockets: { perMinute: 0.2, slack: 6 },
  "loop handles": { perMinute: 0.2, slack: 6 },
};

const spans = 10;

interface Point {
  readonly atMs: number;
  readonly value: number;
}

export function trendsOf(all: readonly Timed[]): Trend[] {
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return [];
  const half = all.filter(({ atMs }) => atMs >= (first.atMs + last.atMs) / 2);
  return [...last.samples.keys()].flatMap((process) =>
    quantities.flatMap((quantity) => {
      const points = half.flatMap(({ atMs, samples }): Point[] => {
        const value = samples.get(process)?.[quantity];
        return value === undefined ? [] : [{ atMs, value }];
      });
      return points.length < spans ? [] : [trendOf(process, quantity, leastOfSpans(points))];
    }),
  );
}

function leastOfSpans(points: readonly Point[]): Point[] {
  const size = Math.ceil(points.length / spans);
  return Array.from({ length: Math.ceil(points.length / size) }, (_, n) =>
    points
      .slice(n * size, (n + 1) * size)
      .reduce((least, each) => (each.value < least.value ? each : least)),
  );
}

function trendOf(process: string, quantity: Quantity, points: readonly Point[]): Trend {
  const perMinute = slope(points) * minute;
  const [from = 0, to = 0] = [points[0]?.value, points.at(-1)?.value];
  const minutes = ((points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0)) / minute;
  const limit = limits[quantity];
  const isFlat = perMinute * minutes <= limit.slack + limit.perMinute * minutes;
  return { process, quantity, from, to, perMinute, isFlat };
}

/** Least squares, per millisecond. */
function slope(points: readonly Point[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const atMs = mean(points.map((point) => point.atMs));
  const value = mean(points.map((point) => point.value));
  const sum = (of: (point: Point) => number) => points.map(of).reduce((a, b) => a + b, 0);
  const spread = sum((point) => (point.atMs - atMs) ** 2);
  return spread === 0 ? 0 : sum((point) => (point.atMs - atMs) * (point.value - value)) / spread;
}
