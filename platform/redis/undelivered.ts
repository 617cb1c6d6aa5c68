import type { Redis } from "ioredis";
import { audioKeptMs, second } from "../../domain/limits.js";
import { epochMs, type Instant } from "../../domain/time.js";
import { setFields } from "./expiringHash.js";

/** A loop that a call asked for without a key, until its answer is out. */
export interface Undelivered {
  readonly userId: string;
  readonly bodyHash: string;
  readonly generationId: string;
}
type Order = Pick<Undelivered, "userId" | "bodyHash">;

/** A call holds its loop this long, and longer by holding it again; that of a hung process is free then. */
const heldMs = 5 * second;
export const holdAgainMs = 2 * second;

/** Until when each loop is held, in milliseconds since 1970, and by which connection to Redis. */
const keyOf = ({ userId, bodyHash }: Order): string => `undelivered:${userId}:${bodyHash}`;

/** Somebody waits for it: nobody else gets it. */
export const holdLoop = async (redis: Redis, loop: Undelivered, now: Instant): Promise<void> =>
  note(redis, loop, `${epochMs(now) + heldMs} ${await connectionId(redis)}`);

/** Its call has ended without it: the next call with the same body gets it. */
export const leaveLoop = (redis: Redis, loop: Undelivered): Promise<void> => note(redis, loop, "0");

const note = (redis: Redis, loop: Undelivered, held: string): Promise<void> =>
  setFields(redis, keyOf(loop), { [loop.generationId]: held }, audioKeptMs);

/** Delivered, or of no use to anybody. */
export async function forgetLoop(redis: Redis, loop: Undelivered): Promise<void> {
  await redis.hdel(keyOf(loop), loop.generationId);
}

/** ARGV: now, how the claimant holds it, and connections that are gone. */
const claimScript = `
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    local untilMs, holder = string.match(all[i + 1], '^(%d+) ?(%d*)$')
    local isFree = tonumber(untilMs) <= tonumber(ARGV[1])
    for gone = 3, #ARGV do isFree = isFree or holder == ARGV[gone] end
    if isFree then
      redis.call('HSET', KEYS[1], all[i], ARGV[2])
      return all[i]
    end
  end
  return false`;

/** A loop that nobody holds; from now on the caller does. */
export async function claimLoop(
  redis: Redis,
  order: Order,
  now: Instant,
): Promise<string | undefined> {
  const nowMs = epochMs(now);
  const gone = await goneHolders(redis, order);
  const held = `${nowMs + heldMs} ${await connectionId(redis)}`;
  const found = await redis.eval(claimScript, 1, keyOf(order), nowMs, held, ...gone);
  return typeof found === "string" ? found : undefined;
}

/**
 * A process that is killed holds its loops no longer from that moment on: the kernel closes its
 * connections, and Redis knows. (Whose machine lost its power is seen by time.)
 */
async function goneHolders(redis: Redis, order: Order): Promise<string[]> {
  const held = Object.values(await redis.hgetall(keyOf(order)));
  const holders = [...new Set(held.map((each) => each.split(" ")[1] ?? ""))].filter(Boolean);
  if (holders.length === 0) return [];
  const connected = String(await redis.client("LIST", "ID", ...holders));
  const there = new Set([...connected.matchAll(/^id=(\d+) /gm)].map(([, id]) => id));
  return holders.filter((id) => !there.has(id));
}

const idOfConnection = new WeakMap<Redis, Promise<number>>();

/** What Redis calls this connection; another one after each that was lost. */
function connectionId(redis: Redis): Promise<number> {
  const known = idOfConnection.get(redis);
  if (known !== undefined) return known;
  const asked = redis.client("ID");
  idOfConnection.set(redis, asked);
  const forget = (): void => void idOfConnection.delete(redis);
  asked.catch(forget);
  redis.once("close", forget);
  return asked;
}
