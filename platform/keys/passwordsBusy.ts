/** Too many passwords wait for their turn. It says nothing about this one. */
export class PasswordsBusyError extends Error {
  override readonly name = "PasswordsBusyError";

  constructor() {
    super("Too many people sign in or choose a password just now. Try again shortly.");
  }
}
