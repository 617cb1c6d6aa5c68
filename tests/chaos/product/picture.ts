import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FORWARDS, START } from "@eventstore/db-client";
import type { openLedger } from "../../../commands/openLedger.js";
import type { EventType, LedgerEventOf } from "../../../domain/ledger.js";
import type { Posting } from "../../../domain/money/postings.js";
import type { Instant } from "../../../domain/time.js";
import {
  decode,
  type EventStore,
  fromResolved,
  type StoredEvent,
} from "../../../platform/eventStore/eventStore.js";
import { donorIdOf, sha256Hex } from "../../../platform/ids.js";
import { certificateKeySet, verifyCertifiedWav } from "../../../platform/keys/certificates.js";
import { AudioHash } from "../../../platform/keys/certifiedAudio.js";
import type { OrderOutcome } from "../../../platform/ops/tables.js";
import { systemClock } from "../../../platform/process/clock.js";
import { openRedis } from "../../../platform/redis/connection.js";
import { listUnerased, listUnrecorded } from "../../../platform/vault/erasure.js";
import { openField } from "../../../platform/vault/openField.js";
import { listBalances } from "../../../projections/entries/queries.js";
import type { ReadTables } from "../../../projections/readTables.js";

export type OpenLedger = Awaited<ReturnType<typeof openLedger<ReadTables>>>;

export interface Order {
  readonly id: string;
  readonly outcome: OrderOutcome | null;
}

export interface AudioFile {
  readonly sha256: string;
  /** Whether it holds a certificate of ours that is about this audio. */
  readonly isCertified: boolean;
}

/** All that the system holds when nothing is left to do, read from the outside. */
export interface Picture {
  /** Before anything was looked at. */
  readonly takenAt: Instant;
  readonly events: readonly StoredEvent[];
  /** E-mail address by user; undefined for those who are erased. */
  readonly addresses: ReadonlyMap<string, string | undefined>;
  readonly orders: readonly Order[];
  /** How many mails came under each Message-ID. */
  readonly mails: ReadonlyMap<string, number>;
  /** By name of the file. */
  readonly audio: ReadonlyMap<string, AudioFile>;
  /** Ids that stand in a line, or that the line remembers. */
  readonly inLine: readonly string[];
  /** People who are erased and of whom the vault holds something, and gifts of theirs. */
  readonly unerased: readonly string[];
  /** Keys that are destroyed without the ledger saying so. */
  readonly unrecorded: readonly string[];
  readonly usedByDay: readonly { readonly userId: string; readonly day: string; used: number }[];
  readonly balances: readonly Posting[];
}

const unrecordedMax = 1_000;

export interface Places {
  readonly mailFolder: string;
  /** BLOB_URL */
  readonly blobUrl: string;
  readonly redisUrl: string;
}

export async function takePicture(
  { store, vault, opsDb, readDb, vaultDb }: OpenLedger,
  { mailFolder, blobUrl, redisUrl }: Places,
): Promise<Picture> {
  const takenAt = systemClock.now();
  vault.clearKeyCache(); // Keys that an earlier picture needed may be destroyed by now.
  const events = await readEvents(store);
  const orders = await opsDb.selectFrom("outbox").select(["id", "outcome"]).execute();
  const days = await readDb.selectFrom("read_quota_day").selectAll().execute();
  const balances = await listBalances(readDb);
  const redis = openRedis(redisUrl, "request");
  const inLine = await redis.hkeys("line:places");
  redis.disconnect();
  const addresses = new Map<string, string | undefined>();
  for (const registered of ofType(events, "UserRegistered")) {
    const { userId } = registered.event.data.private;
    addresses.set(userId, await openField(vault, registered, "email"));
  }
  const unrecorded = await listUnrecorded(vaultDb, { limit: unrecordedMax });
  return {
    takenAt,
    events,
    orders,
    inLine,
    addresses,
    unerased: await listUnerased(vaultDb, erasedOf(events)),
    unrecorded: unrecorded.map(({ keyId }) => keyId),
    mails: countMails(mailFolder),
    audio: await readAudio(fileURLToPath(blobUrl), events),
    usedByDay: days.map(({ user_id: userId, day, used }) => ({ userId, day, used })),
    balances: balances.map(({ account, balance }) => ({ account, ...balance })),
  };
}

/** Those whose account ended, and their gifts, each of which has a key of its own. */
function erasedOf(events: readonly StoredEvent[]): string[] {
  const ended = ofType(events, "UserErased").map(({ event }) => event.data.private.userId);
  const gifts = ofType(events, "DonationReceived").flatMap(({ stream, event }) =>
    ended.includes(event.data.private.userId ?? "") ? donorIdOf(stream) : [],
  );
  return [...ended, ...gifts];
}

async function readEvents({ client }: EventStore): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const resolved of client.readAll({ direction: FORWARDS, fromPosition: START })) {
    const recorded = fromResolved(resolved);
    if (recorded !== undefined && !recorded.type.startsWith("$")) events.push(decode(recorded));
  }
  return events;
}

export const ofType = <Type extends EventType>(
  events: readonly StoredEvent[],
  type: Type,
): StoredEvent<LedgerEventOf<Type>>[] =>
  events.filter((stored): stored is StoredEvent<LedgerEventOf<Type>> => stored.event.type === type);

/** How often each value comes. */
export function countsOf(values: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function countMails(folder: string): Map<string, number> {
  if (!existsSync(folder)) return new Map();
  const mails = readdirSync(folder).filter((name) => name.endsWith(".eml"));
  return countsOf(
    mails.map((name) => {
      const [, id = ""] =
        /^Message-ID: (.*)$/im.exec(readFileSync(join(folder, name), "utf8")) ?? [];
      return id;
    }),
  );
}

async function readAudio(
  folder: string,
  events: readonly StoredEvent[],
): Promise<Map<string, AudioFile>> {
  const keys = ofType(events, "SigningKeyPublished").map(({ event }) => event.data.public);
  const keySet = certificateKeySet(keys);
  const files = new Map<string, AudioFile>();
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".wav"))) {
    const file = readFileSync(join(folder, name));
    const hash = new AudioHash();
    hash.push(file);
    const { valid } = await verifyCertifiedWav(hash.end(), keySet);
    files.set(name, { sha256: sha256Hex(file), isCertified: valid });
  }
  return files;
}
