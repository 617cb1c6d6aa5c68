import type { EventRecord } from "../storage/eventRecord.js";
import type { Store } from "../store.js";
import type { ReadRequest } from "./readRequest.js";
import type { ResponseStream } from "./responseStream.js";

/** One call of Read while it is answered. */
export interface ReadCall {
  readonly store: Store;
  readonly request: ReadRequest;
  readonly out: ResponseStream;
  /** The answer for one event, in the form this client asked for. */
  readonly encode: (record: EventRecord) => Buffer;
}
