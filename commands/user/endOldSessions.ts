import { userDecider } from "../../domain/user/decider.js";
import type { OpenSession, SessionEnds } from "../../platform/redis/sessions.js";
import { type Ledger, load } from "../handle.js";
import { findPasswordChoice } from "./currentPassword.js";

export interface EndingSessions {
  readonly ledger: Ledger;
  readonly sessions: SessionEnds;
}

/**
 * Ends the sessions that an earlier password opened, also one whose sign-in had read that password
 * just before the new one was chosen.
 */
export async function endOldSessions(
  { ledger, sessions }: EndingSessions,
  userId: string,
): Promise<void> {
  // Listed first: the password of each is in the stream then, so none of a newer one is ended.
  const open = await sessions.listOpen(userId);
  const { events } = await load(ledger.store, userDecider, { userId });
  const chosen = findPasswordChoice(events);
  if (chosen === undefined) return;
  const password = { id: chosen.id, at: chosen.event.data.private.at };
  const old = open.filter((session) => isOpenedByAnother(session, password));
  await sessions.endSome(
    userId,
    old.map(({ sessionId }) => sessionId),
  );
}

/** The event that chose a password: its id, and its time. */
export interface Password {
  readonly id: string;
  readonly at: string;
}

/** Where it is not known which password opened a session, its time decides. */
export const isOpenedByAnother = (
  { openedBy, signedInAt }: OpenSession,
  { id, at }: Password,
): boolean => (openedBy === undefined ? signedInAt <= at : openedBy !== id);
