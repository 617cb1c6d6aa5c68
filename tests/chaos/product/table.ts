import type { ChaosResult } from "./runChaos.js";

/** What one kind of fault did, in all rounds in which it struck. */
export interface KindRow {
  readonly kind: string;
  readonly rounds: number;
  readonly slowestSeconds: number;
  /** Of what was accepted in those rounds. */
  readonly lost: number;
  readonly twice: number;
}

export function tabulate({ rounds, findings }: ChaosResult): KindRow[] {
  const kinds = [...new Set(rounds.flatMap((round) => round.kinds))].sort();
  const roundOf = (at: string | undefined) =>
    rounds.findLast(({ beganAt }) => at !== undefined && beganAt <= at);
  return kinds.map((kind) => {
    const struck = rounds.filter((round) => round.kinds.includes(kind));
    const slowestMs = Math.max(...struck.map(({ recovery }) => recovery.ms));
    const ofKind = findings.filter(({ at }) => roundOf(at)?.kinds.includes(kind));
    const count = (sort: string) => ofKind.filter((finding) => finding.sort === sort).length;
    return {
      kind,
      rounds: struck.length,
      slowestSeconds: Math.round(slowestMs / 100) / 10,
      lost: count("lost"),
      twice: count("twice"),
    };
  });
}

export function tableText(rows: readonly KindRow[]): string {
  const line = (...cells: readonly (string | number)[]) =>
    cells
      .map((cell, index) =>
        String(cell)[index === 0 ? "padEnd" : "padStart"](index === 0 ? 24 : 11),
      )
      .join("");
  const head = line("fault", "rounds", "slowest s", "lost", "twice");
  return [
    head,
    ...rows.map(({ kind, rounds, slowestSeconds, lost, twice }) =>
      line(kind, rounds, slowestSeconds.toFixed(1), lost, twice),
    ),
  ].join("\n");
}
