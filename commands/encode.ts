import { randomBytes } from "node:crypto";
import { findDefinition, type LedgerEvent } from "../domain/ledger.js";
import type { Draft, Secret } from "../domain/message.js";
import { refuseOutOfRange } from "../domain/numbers.js";
import { refuseOverlong } from "../domain/texts.js";
import type { NewEvent } from "../platform/eventStore/eventStore.js";
import { eventIdOf } from "../platform/ids.js";
import type { Vault } from "../platform/vault/vault.js";
import type { CommandContext } from "./context.js";

/** An event as it is going to be stored. */
export interface Encoded {
  readonly id: string;
  readonly event: LedgerEvent;
  readonly context: CommandContext;
  readonly schemaVersion: number;
}

/** Seals what is about a person, draws the salt, and checks the result against the type's schema. */
export async function encode(
  vault: Vault,
  stream: string,
  context: CommandContext,
  draft: Draft<LedgerEvent>,
  index: number,
): Promise<Encoded> {
  const definition = findDefinition(draft.type);
  if (definition === undefined) throw new Error(`No definition for ${draft.type}.`);
  const id = eventIdOf(context.commandId, stream, index);
  const secrets: [string, Secret][] = Object.entries(draft.sealed);
  const made = { data: { ...draft, sealed: textsOf(secrets) } };
  refuseOverlong(definition.schema, made);
  refuseOutOfRange(definition.schema, made);
  const sealed = await Promise.all(
    secrets.map(async ([field, secret]) => {
      const place = { eventId: id, eventType: draft.type, field };
      return [field, await vault.seal(secret, place, context.at)] as const;
    }),
  );
  const salt = randomBytes(32).toString("base64url");
  const data = {
    public: draft.public,
    private: draft.private,
    sealed: Object.fromEntries(sealed),
    salt,
  };
  const event = definition.schema.parse({ type: draft.type, data });
  return { id, event, context, schemaVersion: definition.schemaVersion };
}

const textsOf = (secrets: readonly [string, Secret][]): Record<string, string> =>
  Object.fromEntries(secrets.map(([field, { text }]) => [field, text]));

export const toNewEvent = ({ id, event, context, schemaVersion }: Encoded): NewEvent => ({
  id,
  type: event.type,
  data: event.data,
  metadata: {
    $correlationId: context.correlationId,
    $causationId: context.causationId,
    actor: context.actor,
    schemaVersion,
  },
});
