import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import { eventIdFromBytes, eventIdToBytes } from "../storage/eventId.js";

/** A UUID arrives as text or as two signed 64-bit halves; empty text if it is not there. */
export function uuidText(uuid: sharedPb.UUID | undefined): string {
  const halves = uuid?.getStructured();
  if (halves === undefined) return uuid?.getString() ?? "";
  const bytes = Buffer.alloc(16);
  bytes.writeBigInt64BE(BigInt(halves.getMostSignificantBits()), 0);
  bytes.writeBigInt64BE(BigInt(halves.getLeastSignificantBits()), 8);
  return eventIdFromBytes(bytes);
}

export function structuredUuid(id: string): sharedPb.UUID {
  const bytes = eventIdToBytes(id);
  const halves = new sharedPb.UUID.Structured();
  halves.setMostSignificantBits(`${bytes.readBigInt64BE(0)}`);
  halves.setLeastSignificantBits(`${bytes.readBigInt64BE(8)}`);
  const uuid = new sharedPb.UUID();
  uuid.setStructured(halves);
  return uuid;
}
