import { type Projected, type Projection, type ReadGroup, readGroups } from "../projection.js";
import { least, type Place } from "./place.js";

/** How far each read model of a running projector is. */
export class Positions {
  readonly #places = new Map<Projection, Place>();

  set(projection: Projection, place: Place): void {
    this.#places.set(projection, place);
  }

  /** A group is as far as the last of its read models. */
  byGroup(): Projected {
    const known = readGroups.flatMap((group): [ReadGroup, bigint][] => {
      const models = [...this.#places].filter(([projection]) => projection.group === group);
      const place = least(models.map(([, each]) => each));
      return place === "start" ? [] : [[group, place]];
    });
    return Object.fromEntries(known);
  }
}
