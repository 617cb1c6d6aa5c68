import { minute } from "../domain/limits.js";
import { FewLines } from "../platform/process/fewLines.js";
import type { Log } from "../platform/process/log.js";

/** Of one address block, or of one provider's webhooks. */
const linesPerMinute = 20;
/** Enough to tell blocks apart; nobody can count back to one. */
const shownCharacters = 12;

/**
 * Refusals of callers that nobody knows, and of those who call too often. Each of the first few of a
 * block and minute is a line of the log; one line tells of the rest.
 */
export class Refusals {
  readonly #calls: FewLines;
  readonly #webhooks: FewLines;
  readonly #count: (status: number) => void;
  readonly #timer: NodeJS.Timeout;

  /** `count` hears of every refused call, whether a line was written or not. */
  constructor(log: Log, count: (status: number) => void) {
    this.#count = count;
    this.#calls = new FewLines(linesPerMinute, (block, refused) =>
      log.info({ block, refused }, "more calls of one address block were refused in a minute"),
    );
    this.#webhooks = new FewLines(linesPerMinute, (provider, refused) =>
      log.warn({ provider, refused }, "more webhooks were refused for their signature in a minute"),
    );
    this.#timer = setInterval(() => this.flush(), minute).unref();
  }

  ofCall(blockHash: string, status: number, line: () => void): void {
    this.#count(status);
    this.#calls.write(blockHash.slice(0, shownCharacters), String(status), line);
  }

  ofWebhook(provider: string, refusal: string, line: () => void): void {
    this.#webhooks.write(provider, refusal, line);
  }

  flush(): void {
    this.#calls.flush();
    this.#webhooks.flush();
  }

  close(): void {
    clearInterval(this.#timer);
    this.flush();
  }
}
