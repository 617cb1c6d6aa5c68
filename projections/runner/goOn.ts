import type { Log } from "../../platform/process/log.js";
import type { Projection } from "../projection.js";
import { catchUp } from "./catchUp.js";
import { Group } from "./group.js";
import { type Following, loadProgress } from "./loadProgress.js";
import { isBefore, placeOf } from "./place.js";

export interface GoingOn extends Following {
  readonly log: Log;
  readonly projection: Projection;
}

/**
 * Takes one read model to the end of the log as it is now, also beside a projector that does the
 * same. Answers whether it got there: one of money stops at an event that it can't take.
 */
export async function goOn({ projection, ...options }: GoingOn): Promise<boolean> {
  const end = await options.store.lastPosition();
  const progress = await loadProgress(options, projection);
  const place = placeOf(progress);
  if (end === undefined || !isBefore(place, end)) return true;
  const { signal } = new AbortController();
  let isStopped = false;
  const onStopped = () => {
    isStopped = true;
  };
  const group = new Group({ ...options, signal, onStopped }, [progress], place);
  await catchUp(group, { ...options, signal, isThere: () => !isBefore(group.position, end) });
  return !isStopped;
}
