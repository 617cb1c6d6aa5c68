import { DamageError } from "../storage/damage.js";
import type { Refusal } from "../writing/appendRules.js";
import type { ExpectedRevision } from "../writing/expectedRevision.js";
import { WriteFailedError } from "../writing/logWriter.js";

/** Every way in which a call can fail, however it is told to the client. */
export type Failure =
  | { readonly kind: "streamDeleted"; readonly stream: string }
  | {
      readonly kind: "wrongExpectedRevision";
      readonly stream: string;
      readonly expected: ExpectedRevision;
      readonly current: bigint;
    }
  | { readonly kind: "appendTooLarge" }
  | { readonly kind: "missingEventMetadata" }
  | { readonly kind: "invalidArgument"; readonly message: string }
  | { readonly kind: "timeout" }
  | { readonly kind: "unavailable"; readonly message: string }
  | { readonly kind: "damaged"; readonly message: string }
  | { readonly kind: "unknown" };

export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.kind);
    this.failure = failure;
  }
}

export const shuttingDown: Failure = {
  kind: "unavailable",
  message: "The event store is shutting down.",
};

export const tooManyWaiting: Failure = {
  kind: "unavailable",
  message: "Too many writes are waiting for the disk. Try again shortly.",
};

export const invalidArgument = (message: string): RequestError =>
  new RequestError({ kind: "invalidArgument", message });

/**
 * The client learns what it can act on. An unexpected error is told to whoever runs the store, as
 * a warning of the process, and to the client only that there was one.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof RequestError) return error.failure;
  if (error instanceof WriteFailedError) return { kind: "unavailable", message: error.message };
  if (error instanceof DamageError) return { kind: "damaged", message: error.message };
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
  return { kind: "unknown" };
}

export function refusalFailure(
  refusal: Refusal,
  { stream, expected }: { readonly stream: string; readonly expected: ExpectedRevision },
): Failure {
  return refusal.kind === "streamDeleted"
    ? { kind: "streamDeleted", stream }
    : { kind: "wrongExpectedRevision", stream, expected, current: refusal.current };
}
