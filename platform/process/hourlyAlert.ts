import { hour } from "../../domain/limits.js";
import type { Log } from "./log.js";

export type Alert = (text: string, about: object) => void;

/** Raises each text at once, then every hour: what is looked at every few seconds goes on for days. */
export function createHourlyAlert(log: Log): Alert {
  /** By the clock that never jumps. */
  const raisedAtMs = new Map<string, number>();
  return (text, about) => {
    const nowMs = performance.now();
    if (nowMs - (raisedAtMs.get(text) ?? -hour) < hour) return;
    raisedAtMs.set(text, nowMs);
    log.error(about, text);
  };
}
