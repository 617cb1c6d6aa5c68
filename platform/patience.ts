import { second } from "../domain/limits.js";

/**
 * How long the parts around us may go without an answer: MySQL, Redis, the event store. A part that
 * hangs keeps its connections open and says nothing, so nothing but a clock notices it.
 */

/**
 * A leader that hangs, or is cut off, is replaced within 30 s: MySQL ends the session of its lock
 * 15 s after its last ping, and those of its transactions, which may hold rows that its successor
 * needs, after 20 s. Four pings may be missed. What a leader begins, it begins within 10 s of a ping
 * that was answered, so that there are 5 s to do it in before anybody else can be active.
 */
export const leaderPingMs = 3 * second;
export const leaderSureMs = 10 * second;
export const leaderSilentMsMax = 15 * second;
export const sessionSilentMsMax = 20 * second;
/** Where a session has nothing to say and must not end. */
export const sessionPingMs = 5 * second;
/** A pool closes an idle connection itself, well before MySQL does. */
export const connectionIdleMsMax = 10 * second;

export const connectMsMax = 2 * second;
/** From one attempt to reach a part to the next. */
export const reconnectMs = second;
