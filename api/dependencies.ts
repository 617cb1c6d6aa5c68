import type { KnownSounds } from "../commands/generation/knownSounds.js";
import type { Ledger } from "../commands/handle.js";
import type { WebhookProvider } from "../domain/webhook/events.js";
import type { AudioCheck } from "../platform/audio/audioCheck.js";
import type { Blobs } from "../platform/blobs.js";
import type { AmountIn } from "../platform/config/sharing.js";
import type { AccessTokens } from "../platform/keys/accessTokens.js";
import type { CertificateSigner } from "../platform/keys/certificates.js";
import type { OpsDb } from "../platform/ops/tables.js";
import type { Payments } from "../platform/payments/payments.js";
import type { Clock } from "../platform/process/clock.js";
import type { Log } from "../platform/process/log.js";
import type { PublicLogFiles } from "../platform/publicLog/publicLogFiles.js";
import type { RedisClient } from "../platform/redis/connection.js";
import type { OnlineNodes } from "../platform/redis/onlineNodes.js";
import type { Sessions } from "../platform/redis/sessions.js";
import type { SignInDelays } from "../platform/redis/signInDelays.js";
import type { WaitingLine } from "../platform/redis/waitingLine.js";
import type { VaultDb } from "../platform/vault/tables.js";
import type { ReadDb } from "../projections/readTables.js";
import type { BlockHash } from "./clientAddress.js";
import type { EndedCalls } from "./endedCalls.js";
import type { GenerationWatch } from "./generationWatch.js";
import type { LeasePolls } from "./nodeGateway/leasePolls.js";
import type { OpenCalls } from "./openCalls.js";
import type { PlaceInLine } from "./placeInLine.js";
import type { PublishedKeys } from "./publishedKeys.js";
import type { RateLimits } from "./rateLimits.js";
import type { ReadYourWrites } from "./readYourWrites.js";
import type { Refusals } from "./refusals.js";
import type { Traffic } from "./traffic/traffic.js";

/** What the routes are made of; api/main.ts makes the real ones. */
export interface AppDependencies {
  readonly log: Log;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly readDb: ReadDb;
  readonly vaultDb: VaultDb;
  readonly opsDb: OpsDb;
  readonly redis: RedisClient;
  readonly sessions: Sessions;
  readonly signInDelays: SignInDelays;
  readonly accessTokens: AccessTokens;
  readonly rateLimits: RateLimits;
  readonly readYourWrites: ReadYourWrites;
  readonly watch: GenerationWatch;
  readonly knownSounds: KnownSounds;
  readonly onlineNodes: OnlineNodes;
  readonly placeInLine: PlaceInLine;
  readonly audioCheck: AudioCheck;
  readonly certificates: CertificateSigner;
  readonly publishedKeys: PublishedKeys;
  readonly leasePolls: LeasePolls;
  readonly openCalls: OpenCalls;
  readonly endedCalls: EndedCalls;
  readonly traffic: Traffic;
  readonly waitingLine: WaitingLine;
  readonly blobs: Blobs;
  /** Written by the scheduler. */
  readonly publicLog: Pick<PublicLogFiles, "read">;
  /** Id of this process: an offer of work names the instance in which the poll is parked. */
  readonly instanceId: string;
  /** HMAC over a request's body under the server's key: equal bodies, equal hashes. */
  readonly bodyHash: (body: unknown) => string;
  /** Where a call comes from, as it is counted and kept: no address lies in Redis. */
  readonly blockHash: BlockHash;
  readonly payments: Payments;
  readonly refusals: Refusals;
  readonly countBadSignature: (provider: WebhookProvider) => void;
  /** The public origin: in links, in tokens, and in what nodes sign. */
  readonly appUrl: string;
  readonly dailyLimit: number;
  /** From so much a year on, whoever is paid owes us a form. */
  readonly payeeFormFrom: AmountIn;
}
