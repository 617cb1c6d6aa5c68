import { randomBytes } from "node:crypto";
import { jsonEvent } from "@eventstore/db-client";
import { findDefinition, type LedgerEvent } from "../../domain/ledger.js";
import type { Draft, Secret } from "../../domain/message.js";
import { newId } from "../../platform/ids.js";
import type { World } from "./world.js";

/** Writes events as they are given, without a decider: for tests of those who read them. */
export async function write(
  { ledger: { store, vault } }: Pick<World, "ledger">,
  stream: string,
  ...drafts: readonly Draft<LedgerEvent>[]
): Promise<void> {
  const events = await Promise.all(
    drafts.map(async (draft) => {
      const id = newId();
      const secrets: [string, Secret][] = Object.entries(draft.sealed);
      const sealed = await Promise.all(
        secrets.map(async ([field, secret]) => {
          const place = { eventId: id, eventType: draft.type, field };
          return [field, await vault.seal(secret, place, "2026-11-22T12:00:00.000Z")] as const;
        }),
      );
      const salt = randomBytes(32).toString("base64url");
      const data = { public: draft.public, private: draft.private, salt };
      const version = findDefinition(draft.type)?.schemaVersion ?? 1;
      return newEvent(id, draft.type, version, { ...data, sealed: Object.fromEntries(sealed) });
    }),
  );
  await store.client.appendToStream(stream, events.map(jsonEvent));
}

/** Writes an event whose data fits no schema. */
export async function writeBroken({ store }: World, stream: string, type: string): Promise<void> {
  await store.client.appendToStream(stream, jsonEvent({ type, data: { broken: true } }));
}

/** Writes an event as software of the future would: in a version, or of a type, of its own. */
export async function writeNewer(
  { store }: Pick<World, "store">,
  stream: string,
  type: string,
  data: Record<string, unknown> = {},
  schemaVersion = 99,
): Promise<void> {
  const metadata = { schemaVersion };
  await store.client.appendToStream(stream, jsonEvent({ type, data, metadata }));
}

const newEvent = (
  id: string,
  type: string,
  schemaVersion: number,
  data: Record<string, unknown>,
) => ({
  id,
  type,
  data,
  metadata: {
    $correlationId: id,
    $causationId: id,
    actor: "maintainer:test" as const,
    schemaVersion,
  },
});
