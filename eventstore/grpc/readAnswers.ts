import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { toStreamIdentifier } from "./streamIdentifier.js";
import { structuredUuid, uuidText } from "./uuid.js";

const { ReadResp } = streamsPb;

/** What a read answers beside stored events, encoded like them. */
export function confirmation(subscriptionId: string): Buffer {
  const content = new ReadResp.SubscriptionConfirmation();
  content.setSubscriptionId(subscriptionId);
  const answer = new ReadResp();
  answer.setConfirmation(content);
  return encoded(answer);
}

export function caughtUp(): Buffer {
  const answer = new ReadResp();
  answer.setCaughtUp(new ReadResp.CaughtUp());
  return encoded(answer);
}

export function checkpoint(position: bigint): Buffer {
  const content = new ReadResp.Checkpoint();
  content.setCommitPosition(`${position}`);
  content.setPreparePosition(`${position}`);
  const answer = new ReadResp();
  answer.setCheckpoint(content);
  return encoded(answer);
}

export function streamNotFound(stream: string): Buffer {
  const content = new ReadResp.StreamNotFound();
  content.setStreamIdentifier(toStreamIdentifier(stream));
  const answer = new ReadResp();
  answer.setStreamNotFound(content);
  return encoded(answer);
}

/** For the rare client that asks for ids as two numbers: the stored text is exchanged. */
export function withStructuredIds(response: Buffer): Buffer {
  const answer = ReadResp.deserializeBinary(response);
  for (const event of [answer.getEvent()?.getEvent(), answer.getEvent()?.getLink()]) {
    event?.setId(structuredUuid(uuidText(event.getId())));
  }
  return encoded(answer);
}

const encoded = (answer: streamsPb.ReadResp): Buffer => Buffer.from(answer.serializeBinary());
