import type { ServerWritableStream } from "@grpc/grpc-js";
import type { Failure } from "./failure.js";
import { grpcStatus } from "./grpcStatus.js";

/** The answers of one streaming call, sent no faster than its client takes them. */
export class ResponseStream {
  readonly #call: ServerWritableStream<unknown, Buffer>;
  #wake: (() => void) | undefined;

  constructor(call: ServerWritableStream<unknown, Buffer>) {
    this.#call = call;
    const wake = (): void => this.#wake?.();
    call.on("drain", wake);
    call.once("close", wake);
  }

  /** False once the client has gone or the store has said its last word. */
  get isOpen(): boolean {
    return !this.#call.destroyed && !this.#call.cancelled && !this.#call.writableEnded;
  }

  onClose(listener: () => void): void {
    this.#call.once("close", listener);
  }

  /** Resolves when the client has room for more, or is gone. */
  async send(messages: readonly Buffer[]): Promise<void> {
    for (const message of messages) {
      if (!this.isOpen) return;
      if (!this.#call.write(message)) await this.#room();
    }
  }

  end(): void {
    if (this.isOpen) this.#call.end();
  }

  /** grpc-js turns this event into the call's status; `destroy` would leave the client hanging. */
  fail(failure: Failure): void {
    if (this.isOpen) this.#call.emit("error", grpcStatus(failure));
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
