/**
 * The column of a value that is one of a closed list. A list that outgrows its column stops every
 * program and test at once, instead of the read model in which the first such value arrives.
 */
export function choiceColumn(choices: readonly string[], charactersMax: number): string {
  const wider = choices.filter((choice) => choice.length > charactersMax);
  if (wider.length > 0) {
    const remedy = "widen the column, and raise the version of its read model";
    throw new Error(`A column of ${charactersMax} can't hold ${wider.join(", ")}: ${remedy}.`);
  }
  return `VARCHAR(${charactersMax}) CHARACTER SET ascii NOT NULL`;
}
