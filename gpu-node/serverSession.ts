import { heartbeatIdleMs, second } from "../domain/limits.js";
import type { NodeRecord } from "./record.js";
import type { AboutNode, ServerClient } from "./serverClient.js";
import { isDisplaced, isSessionLost } from "./serverRefusal.js";

interface SessionOptions {
  readonly client: ServerClient;
  readonly about: AboutNode;
  readonly record: NodeRecord;
}

/** Whether the server knows this node, and how it was last heard. */
export class ServerSession {
  readonly #options: SessionOptions;
  #workerId: string | undefined;
  #isReachable = false;
  #isDisplaced = false;
  #registering: Promise<void> | undefined;
  /** As the server asks; a running job is spoken for more often, lest its lease run out. */
  heartbeatMs = heartbeatIdleMs;
  onRegistered: () => void = () => undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Undefined while there is no session. */
  get workerId(): string | undefined {
    return this.#workerId;
  }

  get state(): "open" | "starting" | "unreachable" | "displaced" {
    if (this.#isDisplaced) return "displaced";
    if (this.#workerId === undefined) return "starting";
    return this.#isReachable ? "open" : "unreachable";
  }

  /** Once, however many calls find that the session is lost. */
  register(): Promise<void> {
    this.#registering ??= this.#registerOnce().finally(() => {
      this.#registering = undefined;
    });
    return this.#registering;
  }

  async #registerOnce(): Promise<void> {
    const { client, about, record } = this.#options;
    const registration = await client.register(about);
    this.#workerId = registration.worker_id;
    this.heartbeatMs = registration.heartbeat_interval * second;
    this.#isReachable = true;
    this.#isDisplaced = false;
    record.noteRegistered(registration);
    this.onRegistered();
  }

  noteAnswer(): void {
    this.#isReachable = true;
  }

  noteTrouble(error: unknown): void {
    this.#isReachable = false;
    this.#isDisplaced = isDisplaced(error);
    if (isSessionLost(error)) this.#workerId = undefined;
  }

  /**
   * For a running job, which must go on being spoken for: a session that is lost is begun again, and
   * nobody else registers meanwhile. Gives the trouble that is left.
   */
  async goOnAfter(error: unknown): Promise<unknown> {
    if (!isSessionLost(error)) {
      this.noteTrouble(error);
      return error;
    }
    return this.register().catch((refused: unknown) => {
      this.#isReachable = false;
      this.#isDisplaced = isDisplaced(refused);
      return refused;
    });
  }
}
