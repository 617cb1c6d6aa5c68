import { minute, second } from "../domain/limits.js";

/**
 * How long the parts around us may go without an answer: MySQL, Redis, the event store, FFmpeg's
 * host, the disk. A part that hangs keeps its connections open and says nothing, so nothing but a
 * clock notices it.
 */

/**
 * A request would rather fail than wait. Work in the background would rather wait than fail, but not
 * for ever: a connection may be dead without anybody being told.
 */
export type Patience = "request" | "background";

/**
 * Whoever asks us has an answer within 5 s, also when a part hangs: a request waits for it twice at most
 * (such as for a connection, and then for a query). A part that is well takes milliseconds.
 */
export const answerMsMax = 2 * second;
/** In the background a statement may have to go over a whole table, or wait for locked rows. */
export const mysqlMsMax = { request: answerMsMax, background: 5 * minute } as const;
/** What Redis is asked in the background is asked again on a new connection after this time. */
export const redisSilentMsMax = { request: answerMsMax, background: 10 * second } as const;
/** A file of tens of megabytes is written, and then it is on the disk. */
export const writeMsMax = 4 * second;

/**
 * A leader that hangs, or is cut off, is replaced within 30 s: MySQL ends the session of its lock
 * 15 s after its last ping, and those of its transactions, which may hold rows that its successor
 * needs, after 20 s. Four pings may be missed. What a leader begins, it begins within 10 s of a ping
 * that was answered, so that there are 5 s to do it in before anybody else can be active.
 */
export const leaderPingMs = 3 * second;
export const leaderSureMs = 10 * second;
export const leaderSilentMsMax = 15 * second;
/** A leader whose MySQL says nothing for this long starts anew, on a connection that is not dead. */
export const leaderAnswerMsMax = minute;
export const sessionSilentMsMax = 20 * second;
/** Where a session has nothing to say and must not end. */
export const sessionPingMs = 5 * second;
/** A pool closes an idle connection itself, well before MySQL does. */
export const connectionIdleMsMax = 10 * second;

export const connectMsMax = { request: answerMsMax, background: 10 * second } as const;
/** From one attempt to reach a part to the next. */
export const reconnectMs = second;
