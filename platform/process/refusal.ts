/**
 * A reason to stop that the person at the terminal can mend. The message says what is wrong, where,
 * and what to do; it is shown as it is, without a stack trace.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
