/** What is wrong with a store, in words that follow "at position N". */
export class ProblemFound extends Error {
  override readonly name = "ProblemFound";
  /** Of the first event that is concerned, where it can be told. */
  readonly position: bigint | undefined;

  constructor(what: string, position?: bigint) {
    super(what);
    this.position = position;
  }
}
