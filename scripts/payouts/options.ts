import { z } from "zod";
import type { CommandContext } from "../../commands/context.js";
import { loadBatch } from "../../commands/payout/loadBatch.js";
import type { PlannedBatch } from "../../domain/payoutBatch/state.js";
import { newId } from "../../platform/ids.js";
import { Refusal } from "../../platform/process/refusal.js";
import { contextOfMaintainer, type LedgerTool } from "../money/ledgerTool.js";
import { readLine } from "../money/readLine.js";

export interface PayoutOptions {
  readonly json: boolean;
  readonly maintainer?: string | undefined;
  readonly reason?: string | undefined;
  readonly accept?: string[] | undefined;
  readonly digest?: string | undefined;
  readonly out?: string | undefined;
  readonly evidence?: string | undefined;
  readonly "accept-single": boolean;
  readonly "covers-until"?: string | undefined;
  readonly "dry-run": boolean;
}

/** What a verb of `npm run payout` works with. */
export interface PayoutTool extends LedgerTool {
  readonly options: PayoutOptions;
  readonly words: readonly string[];
  readonly context: CommandContext;
}

/** Each run is a command of its own: what it finds done it leaves. */
export const payoutContext = ({ maintainer }: PayoutOptions): CommandContext =>
  contextOfMaintainer(newId(), maintainer);

export function readBatchId([, word]: readonly string[]): string {
  const { data } = z.uuid().safeParse(word?.toLowerCase());
  if (data !== undefined) return data;
  throw new Refusal("Name the batch by its whole id: npm run payout -- list shows it.");
}

/** @throws Refusal, DomainError BATCH_NOT_FOUND */
export const namedBatch = ({ ledger, words }: PayoutTool): Promise<PlannedBatch> =>
  loadBatch(ledger, readBatchId(words));

/** @throws Refusal */
export function readReason({ reason }: PayoutOptions): string {
  if (reason === undefined || reason.trim() === "") {
    throw new Refusal("Say why with --reason: the ledger records it.");
  }
  return readLine("--reason", reason);
}
