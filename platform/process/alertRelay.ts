import { dayOf } from "../../domain/time.js";
import { alertIdOf } from "../ids.js";
import { addAlert } from "../ops/alertsToTell.js";
import type { OpsDb } from "../ops/tables.js";
import type { Clock } from "./clock.js";

const alertMark = "ALERT ";

/**
 * Takes from a log the lines that ask a maintainer to look, so that whatever is raised anywhere is also told
 * outside of it: each sentence once a day, without the values beside it.
 */
export class AlertRelay {
  #tell: (sentence: string) => void = () => undefined;

  /** For createLog: sees every line that is written. */
  readonly note = (message: unknown): void => {
    if (typeof message === "string" && message.startsWith(alertMark)) {
      this.#tell(message.slice(alertMark.length));
    }
  };

  /** From now on. While that database is away the line in the log is all there is. */
  tellBy(db: OpsDb, clock: Clock): void {
    this.#tell = (sentence) => {
      const raisedAt = clock.now();
      const id = alertIdOf(`${sentence} ${dayOf(raisedAt)}`);
      addAlert(db, { id, sentence, raisedAt }).catch(() => undefined);
    };
  }
}
