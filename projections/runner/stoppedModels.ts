import type { Projection } from "../projection.js";
import type { Progress } from "./applyBatch.js";
import { findCheckpoint } from "./checkpoint.js";
import { type Following, loadProgress } from "./loadProgress.js";
import { isOutdated } from "./outdated.js";
import { listPoisons } from "./parked.js";

type Checkpoint = Progress["checkpoint"];

/** Read models of money that go no further, until somebody lets them try again. */
export class StoppedModels {
  readonly #following: Following;
  readonly #stopped = new Map<Projection, Checkpoint | undefined>();

  constructor(following: Following) {
    this.#following = following;
  }

  /** Where it stopped; without a checkpoint when its table is of another version. */
  add(projection: Projection, checkpoint?: Checkpoint): void {
    this.#stopped.set(projection, checkpoint);
  }

  /**
   * Hands out those that `npm run replay` rebuilt or took past where they stopped, and those whose
   * row in `read_parked` somebody removed.
   */
  async release(): Promise<Progress[]> {
    const released: Progress[] = [];
    for (const [projection, checkpoint] of this.#stopped) {
      if (await this.#mayGoOn(projection, checkpoint)) {
        released.push(await loadProgress(this.#following, projection));
      }
    }
    for (const { projection } of released) this.#stopped.delete(projection);
    return released;
  }

  async #mayGoOn(projection: Projection, before: Checkpoint | undefined): Promise<boolean> {
    const { db } = this.#following;
    if (await isOutdated(db, projection)) return false;
    const now = await findCheckpoint(db, projection.name);
    if (now?.position !== before?.position) return true;
    return (await listPoisons(db, projection.name)).length === 0;
  }
}
