import { type EventRecord, streamNameOf, typeOf } from "../storage/eventRecord.js";

/** Which events a filtered read of `$all` shows, by stream name or by event type. */
export interface EventFilter {
  readonly on: "streamName" | "eventType";
  readonly match: { readonly prefixes: readonly string[] } | { readonly regex: RegExp };
}

/** Looks at the stored name or type only; the event itself is not decoded. */
export function isMatch(filter: EventFilter, record: EventRecord): boolean {
  return isTextMatch(filter, filter.on === "streamName" ? streamNameOf(record) : typeOf(record));
}

/** Asked about the name or type that the filter is on. */
export function isTextMatch({ match }: EventFilter, text: string): boolean {
  if ("regex" in match) return match.regex.test(text);
  return match.prefixes.some((prefix) => text.startsWith(prefix));
}
