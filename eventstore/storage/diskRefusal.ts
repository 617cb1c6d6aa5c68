/** The disk did not take a commit. Nothing of it is stored. */
export class DiskRefusalError extends Error {
  override readonly name = "DiskRefusalError";

  constructor(reason: string) {
    super(`The disk refused a write (${reason}); perhaps it is full.`);
  }
}

/** The database cannot be used any more by this process; a new one finds it as it was. */
export class BrokenDatabaseError extends Error {
  override readonly name = "BrokenDatabaseError";

  constructor(reason: string) {
    super(`The disk refused the root of a commit (${reason}). The store has to start again.`);
  }
}
