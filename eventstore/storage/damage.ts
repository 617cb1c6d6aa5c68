/** What is stored is not what was written: the disk or the file is damaged. Nothing of it is served. */
export class DamageError extends Error {
  override readonly name: string = "DamageError";
  /** Position of the first event that is known to be affected. */
  readonly position: bigint | undefined;

  constructor(what: string, position?: bigint) {
    super(`${what} Restore the data folder from a backup.`);
    this.position = position;
  }
}

export class DamagedRecordError extends DamageError {
  override readonly name = "DamagedRecordError";

  constructor(position: bigint) {
    super(`The event at position ${position} is damaged.`, position);
  }
}

export class DamagedIndexError extends DamageError {
  override readonly name = "DamagedIndexError";

  constructor(what: string, position?: bigint) {
    super(`The index of streams is damaged: ${what}.`, position);
  }
}
