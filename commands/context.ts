import type { Actor } from "../domain/message.js";
import type { Instant } from "../domain/time.js";
import type { StoredEvent } from "../platform/eventStore/eventStore.js";
import { newId, reactionId } from "../platform/ids.js";

/** Who, why, and which attempt: the same command id never takes effect twice on a stream. */
export interface CommandContext {
  readonly commandId: string;
  /**
   * The id was drawn for this attempt, so nobody else has it. Of an id that follows from something
   * else, such as a caller's key, another attempt may have been first, and the store takes the
   * second append for a repeated one: what was tried may not be what is there.
   */
  readonly isDrawn: boolean;
  readonly actor: Actor;
  readonly at: Instant;
  /** Joins everything that came of one request. */
  readonly correlationId: string;
  /** The event or command right before this one. */
  readonly causationId: string;
}

/** What is known of where a command comes from. An id that is given counts as one that others may have. */
export type Origin = Pick<CommandContext, "actor" | "at"> & {
  readonly [Field in "commandId" | "correlationId" | "causationId"]?: string | undefined;
} & { readonly isDrawn?: true };

/** A command that nothing caused begins a chain of its own, named by its id. */
export function contextOf({ commandId, isDrawn, ...origin }: Origin): CommandContext {
  const id = commandId ?? newId();
  const { actor, at, correlationId = id, causationId = id } = origin;
  const drawn = isDrawn ?? commandId === undefined;
  return { commandId: id, isDrawn: drawn, actor, at, correlationId, causationId };
}

/** The same for one more command: its id is drawn. */
export const drawnContext = (context: CommandContext): CommandContext => ({
  ...context,
  commandId: newId(),
  isDrawn: true,
});

/** What an event caused, or anything else that has an id and belongs to a request. */
export type Cause = Pick<StoredEvent, "id" | "correlationId">;

/** A reaction has one command id for each event, so the second time it finds nothing to do. */
export const contextOfReaction = (
  { id, correlationId }: Cause,
  reaction: string,
  by: Pick<CommandContext, "actor" | "at">,
): CommandContext =>
  contextOf({ ...by, commandId: reactionId(id, reaction), correlationId, causationId: id });

/** The next step of a use case that takes more than one command. */
export const nextContext = (context: CommandContext, step: string): CommandContext => ({
  ...context,
  commandId: reactionId(context.commandId, step),
});
