/** What is wrong with a store, in words that follow "at position N". */
export class ProblemFound extends Error {
  override readonly name = "ProblemFound";
  /** Position of the first affected event, where it is known. */
  readonly position: bigint | undefined;

  constructor(what: string, position?: bigint) {
    super(what);
    this.position = position;
  }
}
