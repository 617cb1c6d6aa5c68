import { hourOf, type Instant } from "../../domain/time.js";

/**
 * Which nodes were here in this hour, as far as anybody asked: when exactly a volunteer's machine is
 * switched on or off is nobody's business.
 */
export class HourlyPresence {
  #hour = "";
  #seen = new Set<string>();

  of(onlineNow: Iterable<string>, at: Instant): ReadonlySet<string> {
    if (this.#hour !== hourOf(at)) {
      this.#hour = hourOf(at);
      this.#seen = new Set();
    }
    for (const nodeId of onlineNow) this.#seen.add(nodeId);
    return this.#seen;
  }
}
