import { randomUUID } from "node:crypto";
import type { ProposedEvent } from "../storage/eventRecord.js";

/** Where a new store says what it is. It is the first event of the log. */
export const storeStream = "$store";

export const metadataEvent = (data: Uint8Array): ProposedEvent => systemEvent("$metadata", data);

export const tombstoneEvent = (): ProposedEvent => systemEvent("$streamDeleted", Buffer.from("{}"));

export const storeCreatedEvent = (): ProposedEvent =>
  systemEvent("$storeCreated", Buffer.from("{}"));

function systemEvent(type: string, data: Uint8Array): ProposedEvent {
  return { id: randomUUID(), type, isJson: true, data, metadata: new Uint8Array() };
}
