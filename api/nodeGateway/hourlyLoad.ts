import { hourOf, type Instant } from "../../domain/time.js";

/** How much is going on. */
export interface Load {
  readonly busy: number;
  readonly queued: number;
  readonly processing: number;
}

/**
 * The load as it was when somebody first asked in this hour. Where a few volunteers serve a few
 * musicians, a count that follows each job tells when one of them works, and when somebody plays.
 */
export class HourlyLoad {
  #hour = "";
  #load: Load = { busy: 0, queued: 0, processing: 0 };

  of(now: Load, at: Instant): Load {
    if (this.#hour !== hourOf(at)) {
      this.#hour = hourOf(at);
      this.#load = now;
    }
    return this.#load;
  }
}
