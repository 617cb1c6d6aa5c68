import type { IncomingMessage } from "node:http";

/**
 * The upload of each lease whose body this instance is reading. A node whose line broke sends its
 * audio again while the half-open first upload lives on, so a newer one ends the older.
 */
export class Uploads {
  readonly #reading = new Map<string, IncomingMessage>();

  begin(leaseId: string, request: IncomingMessage): void {
    this.#reading.get(leaseId)?.destroy();
    this.#reading.set(leaseId, request);
    // Closes as soon as the body is read: what has arrived whole is not ended by a newer one.
    request.once("close", () => {
      if (this.#reading.get(leaseId) === request) this.#reading.delete(leaseId);
    });
  }
}
