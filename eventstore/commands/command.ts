/** What `npm run eventstore -- NAME …` does. */
export interface Command {
  /** One line for the list of all commands. */
  readonly summary: string;
  readonly usage: string;
  /** Resolves to the exit code, or when the command goes on by itself to undefined. */
  readonly run: (args: readonly string[]) => Promise<number | undefined>;
}

export const exitCodes = { done: 0, refused: 1, damaged: 2 } as const;

/** Bigints as numbers where they are exact, which positions are for a very long time. */
export function printJson(result: object): void {
  const text = JSON.stringify(result, (_key, value) =>
    typeof value === "bigint" ? Number(value) : value,
  );
  process.stdout.write(`${text}\n`);
}

export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

export const counted = (count: number | bigint, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${Number(count) === 1 ? "" : "s"}`;
