/** What does not agree. `at` is when the system said that it had taken what this is about. */
export interface Finding {
  readonly sort: "lost" | "twice" | "wrong";
  readonly at?: string;
  readonly text: string;
}

/** Exactly once, else a finding. */
export function once(count: number, text: string, at?: string): Finding[] {
  if (count === 1) return [];
  const told = `${text}: ${count} times`;
  return [{ sort: count === 0 ? "lost" : "twice", text: told, ...(at !== undefined && { at }) }];
}

export const wrong = (isWrong: boolean, text: string): Finding[] =>
  isWrong ? [{ sort: "wrong", text }] : [];
