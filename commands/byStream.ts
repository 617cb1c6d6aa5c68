import type { BooksCommand } from "../domain/books/commands.js";
import { booksDecider } from "../domain/books/decider.js";
import { booksStream } from "../domain/books/events.js";
import type { DonationCommand } from "../domain/donation/commands.js";
import { donationDecider } from "../domain/donation/decider.js";
import { donationStream } from "../domain/donation/events.js";
import type { DonationState } from "../domain/donation/state.js";
import type { GenerationCommand } from "../domain/generation/commands.js";
import { generationDecider } from "../domain/generation/decider.js";
import { generationStream } from "../domain/generation/events.js";
import type { GenerationState } from "../domain/generation/state.js";
import { keysDecider, type PublishSigningKey } from "../domain/keys/decider.js";
import { keysStream } from "../domain/keys/events.js";
import type { Provider } from "../domain/money/accounts.js";
import type { NodeCommand } from "../domain/node/commands.js";
import { nodeDecider } from "../domain/node/decider.js";
import { nodeStream } from "../domain/node/events.js";
import type { PledgeCommand } from "../domain/pledge/commands.js";
import { type PledgeState, pledgeDecider } from "../domain/pledge/decider.js";
import { pledgeStream } from "../domain/pledge/events.js";
import type { QuotaCommand } from "../domain/quota/commands.js";
import { quotaDecider } from "../domain/quota/decider.js";
import { quotaStream } from "../domain/quota/events.js";
import { type TreasuryCommand, treasuryDecider } from "../domain/treasury/decider.js";
import { treasuryStream } from "../domain/treasury/events.js";
import type { UserCommand } from "../domain/user/commands.js";
import { userDecider } from "../domain/user/decider.js";
import { userStream } from "../domain/user/events.js";
import { type RecordDestruction, vaultDecider } from "../domain/vault/decider.js";
import { vaultStream } from "../domain/vault/events.js";
import type { WebhookCommand } from "../domain/webhook/commands.js";
import { type WebhookState, webhookDecider } from "../domain/webhook/decider.js";
import { type WebhookProvider, webhookStream } from "../domain/webhook/events.js";
import type { EventStore } from "../platform/eventStore/eventStore.js";
import {
  type CommandContext,
  handleCommand,
  type Ledger,
  type Loaded,
  load,
} from "./handleCommand.js";

/**
 * One function per kind of stream: which decider rules it and which of its streams a command means.
 * A use case that is one command on one stream needs nothing more than these. What each throws is
 * said at handleCommand and in the decider.
 */

export const handleBooks = (ledger: Ledger, command: BooksCommand, context: CommandContext) =>
  handleCommand(ledger, { decider: booksDecider, stream: booksStream, command, context });

export const loadBooks = (store: EventStore) => load(store, booksDecider, booksStream);

export const handleUser = (ledger: Ledger, command: UserCommand, context: CommandContext) =>
  handleCommand(ledger, {
    decider: userDecider,
    stream: userStream(command.userId),
    command,
    context,
  });

export const loadUser = (store: EventStore, userId: string) =>
  load(store, userDecider, userStream(userId));

export const handleQuota = (ledger: Ledger, command: QuotaCommand, context: CommandContext) =>
  handleCommand(ledger, {
    decider: quotaDecider,
    stream: quotaStream(command.userId, command.day),
    command,
    context,
  });

export const loadQuota = (store: EventStore, userId: string, day: string) =>
  load(store, quotaDecider, quotaStream(userId, day));

export const handleGeneration = (
  ledger: Ledger,
  command: GenerationCommand,
  context: CommandContext,
  from?: Loaded<GenerationState>,
) =>
  handleCommand(ledger, {
    decider: generationDecider,
    stream: generationStream(command.generationId),
    command,
    context,
    ...(from !== undefined && { from }),
  });

export const loadGeneration = (store: EventStore, generationId: string) =>
  load(store, generationDecider, generationStream(generationId));

export const handleNode = (ledger: Ledger, command: NodeCommand, context: CommandContext) =>
  handleCommand(ledger, {
    decider: nodeDecider,
    stream: nodeStream(command.nodeId),
    command,
    context,
  });

export const handleKeys = (ledger: Ledger, command: PublishSigningKey, context: CommandContext) =>
  handleCommand(ledger, { decider: keysDecider, stream: keysStream, command, context });

export const loadKeys = (store: EventStore) => load(store, keysDecider, keysStream);

export const handleVault = (ledger: Ledger, command: RecordDestruction, context: CommandContext) =>
  handleCommand(ledger, {
    decider: vaultDecider,
    stream: vaultStream(command.keyId),
    command,
    context,
  });

export const handleWebhook = (
  ledger: Ledger,
  command: WebhookCommand,
  context: CommandContext,
  from?: Loaded<WebhookState>,
) =>
  handleCommand(ledger, {
    decider: webhookDecider,
    stream: webhookStream(command.provider, command.deliveryId),
    command,
    context,
    ...(from !== undefined && { from }),
  });

export const loadWebhook = (store: EventStore, provider: WebhookProvider, deliveryId: string) =>
  load(store, webhookDecider, webhookStream(provider, deliveryId));

export const handleDonation = (
  ledger: Ledger,
  command: DonationCommand,
  context: CommandContext,
  from?: Loaded<DonationState>,
) =>
  handleCommand(ledger, {
    decider: donationDecider,
    stream: donationStream(command.provider, command.externalId),
    command,
    context,
    ...(from !== undefined && { from }),
  });

export const loadDonation = (store: EventStore, provider: Provider, externalId: string) =>
  load(store, donationDecider, donationStream(provider, externalId));

export const handlePledge = (
  ledger: Ledger,
  command: PledgeCommand,
  context: CommandContext,
  from?: Loaded<PledgeState>,
) =>
  handleCommand(ledger, {
    decider: pledgeDecider,
    stream: pledgeStream(command.pledgeId),
    command,
    context,
    ...(from !== undefined && { from }),
  });

export const loadPledge = (store: EventStore, pledgeId: string) =>
  load(store, pledgeDecider, pledgeStream(pledgeId));

export const handleTreasury = (ledger: Ledger, command: TreasuryCommand, context: CommandContext) =>
  handleCommand(ledger, {
    decider: treasuryDecider,
    stream: treasuryStream(command.treasuryId),
    command,
    context,
  });
