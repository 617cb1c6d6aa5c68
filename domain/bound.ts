import { DomainError } from "./errors.js";
import type { Aggregate, AnyEvent, Draft } from "./message.js";

/**
 * What a command becomes on a stream of that many events.
 * @throws DomainError HISTORY_FULL for what would open something beyond the stream's bound
 */
export function decideWithinBound<State, Command, Event extends AnyEvent>(
  { decide, bound }: Pick<Aggregate<Command, State, Command, Event>, "decide" | "bound">,
  command: Command,
  state: State,
  events: number,
): readonly Draft<Event>[] {
  const drafts = decide(command, state);
  if (drafts.length === 0 || events < bound.eventsMax || !bound.opens(command)) return drafts;
  const message =
    `This already has a history of ${bound.eventsMax} events and takes nothing new. ` +
    "What is open can still be ended.";
  throw new DomainError("HISTORY_FULL", message);
}
