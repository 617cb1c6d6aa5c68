import { createHmac, timingSafeEqual } from "node:crypto";
import type { Redis } from "ioredis";
import { second } from "../../domain/limits.js";
import { epochMs, type Instant } from "../../domain/time.js";
import type { Config } from "../config/config.js";
import { newId, newToken, sha256Hex } from "../ids.js";
import { derivedKey } from "../vault/vault.js";
import { asOne } from "./connection.js";

export interface Session {
  readonly sessionId: string;
  readonly userId: string;
  /** When the password was last given. */
  readonly signedInAt: Instant;
}

export interface OpenSession {
  readonly sessionId: string;
  readonly signedInAt: Instant;
  /** Id of the event by which the password was chosen; undefined in sessions that never noted it. */
  readonly openedBy: string | undefined;
}

export interface Sessions extends SessionEnds {
  /** `openedBy` is the id of the event by which the password was chosen. */
  start(userId: string, at: Instant, openedBy: string): Promise<Session & { refreshToken: string }>;
  find(sessionId: string): Promise<Session | undefined>;
  /**
   * A refresh token gives the next one. Given again within 10 s (a lost answer) it gives the same;
   * later it is taken as stolen, and the whole session ends.
   */
  refresh(token: string, at: Instant): Promise<(Session & { refreshToken: string }) | undefined>;
  end(session: Session): Promise<void>;
}

/** What takes no key: whoever only ends sessions can start none. */
export interface SessionEnds {
  endAll(userId: string): Promise<void>;
  endSome(userId: string, sessionIds: readonly string[]): Promise<void>;
  listOpen(userId: string): Promise<OpenSession[]>;
  /** Those of these people who are signed in anywhere. */
  listSignedIn(userIds: readonly string[]): Promise<string[]>;
}

const repeatMs = 10 * second;
/**
 * Of one account. Whoever signs in once more ends the oldest, so all of them can be looked at and ended
 * in one go, whoever has filled them up.
 */
const sessionsMax = 50;

const sessionKey = (sessionId: string): string => `session:${sessionId}`;
const sessionsOf = (userId: string): string => `sessions-of:${userId}`;

/** Under the same key in each process of the API: any may be given the tokens of another. */
export const openSessions = (
  redis: Redis,
  { tokens: { jwtSecret, refreshSeconds } }: Pick<Config, "tokens">,
): Sessions => createSessions(redis, derivedKey(jwtSecret, "refresh tokens v1"), refreshSeconds);

/** Sessions are no facts of the ledger: they live in Redis, and only hashes of their tokens do. */
export function createSessions(redis: Redis, key: Buffer, refreshSeconds: number): Sessions {
  const ends = createSessionEnds(redis);

  /** Each token follows from the one before under the server's key, so a repeat finds the same. */
  const nextSecret = (secret: string): string =>
    createHmac("sha256", key).update(secret).digest("base64url");

  async function start(userId: string, at: Instant, openedBy: string) {
    const session = { sessionId: newId(), userId, signedInAt: at };
    const secret = newToken();
    const fields = {
      userId,
      signedInAt: at,
      openedBy,
      current: sha256Hex(secret),
      previous: "",
      rotatedAt: at,
    };
    const answers = await asOne(
      redis
        .multi()
        .hset(sessionKey(session.sessionId), fields)
        .expire(sessionKey(session.sessionId), refreshSeconds)
        .sadd(sessionsOf(userId), session.sessionId)
        .expire(sessionsOf(userId), refreshSeconds)
        .scard(sessionsOf(userId)),
    );
    if (Number(answers.at(-1)) > sessionsMax) await ends.endOldest(session, sessionsMax);
    return { ...session, refreshToken: `${session.sessionId}.${secret}` };
  }

  async function find(sessionId: string): Promise<Session | undefined> {
    const [userId, signedInAt] = await redis.hmget(sessionKey(sessionId), "userId", "signedInAt");
    if (userId == null || signedInAt == null) return undefined;
    return { sessionId, userId, signedInAt };
  }

  async function refresh(token: string, at: Instant) {
    const [sessionId = "", secret = ""] = token.split(".");
    const stored = await redis.hgetall(sessionKey(sessionId));
    const { userId, signedInAt, current = "", previous = "", rotatedAt = at } = stored;
    if (userId === undefined || signedInAt === undefined) return undefined;
    const session = { sessionId, userId, signedInAt };
    const given = sha256Hex(secret);
    const next = nextSecret(secret);
    const answer = { ...session, refreshToken: `${sessionId}.${next}` };
    if (isSame(given, previous) && epochMs(at) - epochMs(rotatedAt) <= repeatMs) return answer;
    if (!isSame(given, current)) {
      // Only who once held a token of this session knows its id: an old one is out of its owner's hands.
      await end(session);
      return undefined;
    }
    const rotated = { current: sha256Hex(next), previous: given, rotatedAt: at };
    await asOne(
      redis
        .multi()
        .hset(sessionKey(sessionId), rotated)
        .expire(sessionKey(sessionId), refreshSeconds)
        .expire(sessionsOf(userId), refreshSeconds),
    );
    return answer;
  }

  async function end({ sessionId, userId }: Session): Promise<void> {
    await asOne(redis.multi().del(sessionKey(sessionId)).srem(sessionsOf(userId), sessionId));
  }

  return { start, find, refresh, end, ...ends };
}

export function createSessionEnds(redis: Redis) {
  async function endAll(userId: string): Promise<void> {
    // One that began meanwhile stays listed, so that it can be ended too.
    await endSome(userId, await redis.smembers(sessionsOf(userId)));
  }

  async function endSome(userId: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await asOne(
      redis
        .multi()
        .del(...ids.map(sessionKey))
        .srem(sessionsOf(userId), ...ids),
    );
  }

  async function listOpen(userId: string): Promise<OpenSession[]> {
    const ids = await redis.smembers(sessionsOf(userId));
    const found = ids.map(async (sessionId) => {
      const fields = await redis.hmget(sessionKey(sessionId), "signedInAt", "openedBy");
      const [signedInAt, openedBy] = fields;
      if (signedInAt == null) return [];
      return [{ sessionId, signedInAt, openedBy: openedBy || undefined }];
    });
    return (await Promise.all(found)).flat();
  }

  /** Leaves so many: this one, and the newest of the others. What has ended by itself is no longer listed. */
  async function endOldest({ userId, sessionId }: Session, left: number): Promise<void> {
    const ids = await redis.smembers(sessionsOf(userId));
    const open = (await listOpen(userId)).filter((each) => each.sessionId !== sessionId);
    const newest = open.toSorted((a, b) => (a.signedInAt < b.signedInAt ? 1 : -1));
    const kept = new Set([sessionId, ...newest.slice(0, left - 1).map((each) => each.sessionId)]);
    await endSome(
      userId,
      ids.filter((id) => !kept.has(id)),
    );
  }

  async function listSignedIn(userIds: readonly string[]): Promise<string[]> {
    const counts = await Promise.all(userIds.map((userId) => redis.exists(sessionsOf(userId))));
    return userIds.filter((_userId, index) => counts[index] !== 0);
  }

  return { endAll, endSome, endOldest, listOpen, listSignedIn };
}

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
