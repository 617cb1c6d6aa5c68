import { describe, expect, it } from "vitest";
import { booksDecider } from "../../domain/books/decider.js";
import { decideWithinBound } from "../../domain/bound.js";
import { checkpointDecider } from "../../domain/checkpoint/decider.js";
import { distributionDecider } from "../../domain/distribution/decider.js";
import type { DonationCommand } from "../../domain/donation/commands.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { enrolmentDecider } from "../../domain/enrolment/decider.js";
import type { GenerationCommand } from "../../domain/generation/commands.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { keysDecider } from "../../domain/keys/decider.js";
import type { eventsByCategory, LedgerEvent } from "../../domain/ledger.js";
import { streamEventsMax, trustedAfterJobs, trustedAfterMs } from "../../domain/limits.js";
import type { Bound, Decider, Draft, Secret } from "../../domain/message.js";
import type { NodeCommand } from "../../domain/node/commands.js";
import { nodeDecider } from "../../domain/node/decider.js";
import type { OperatorCommand } from "../../domain/operator/commands.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { payableDecider } from "../../domain/payable/decider.js";
import { payoutBatchDecider } from "../../domain/payoutBatch/decider.js";
import type { PledgeCommand } from "../../domain/pledge/commands.js";
import { pledgeDecider } from "../../domain/pledge/decider.js";
import type { QuotaCommand } from "../../domain/quota/commands.js";
import { quotaDecider } from "../../domain/quota/decider.js";
import { sharesDecider } from "../../domain/shares/decider.js";
import { planOf } from "../../domain/sharing/plan.js";
import { soundDecider } from "../../domain/sound/decider.js";
import { plusMs } from "../../domain/time.js";
import { treasuryDecider } from "../../domain/treasury/decider.js";
import type { UserCommand } from "../../domain/user/commands.js";
import { userDecider } from "../../domain/user/decider.js";
import { vaultDecider } from "../../domain/vault/decider.js";
import type { WebhookCommand } from "../../domain/webhook/commands.js";
import { webhookDecider } from "../../domain/webhook/decider.js";
import { stateAfter } from "../support/deciderSpec.js";
import { basisOf } from "../support/distributions.js";
import { about as aboutGift, at, money, receive as receiveGift } from "../support/donations.js";
import {
  cancel,
  complete,
  endLease,
  expire,
  idOf,
  lease,
  request,
  userId,
} from "../support/generations.js";
import * as batch from "../support/payouts.js";

/**
 * The table of docs/adr/0055: on a stream that is as long as it may be, what opens something is
 * refused, and what ends something is taken. Each command stands after those that make it possible.
 */
type Cases<Command extends { readonly type: string }> = {
  readonly [Type in Command["type"]]: readonly Case<Command>[];
};
interface Case<Command> {
  readonly opens: boolean;
  readonly command: Command;
  readonly after: readonly Command[];
}
type Say<Command> = (command: Command, ...after: Command[]) => Case<Command>[];
interface Words<Command> {
  readonly opens: Say<Command>;
  readonly ends: Say<Command>;
}

interface Row {
  readonly type: string;
  readonly opens: boolean;
  /** How many events the stream holds in all: those it was brought to, and any others. */
  readonly decide: (length: number) => readonly unknown[];
  readonly eventsMax: number;
}

type Bounded<State, Command, Event extends LedgerEvent> = Decider<State, Command, Event> & {
  readonly bound: Bound<Command>;
};

function rowsOf<State, Command extends { readonly type: string }, Event extends LedgerEvent>(
  aggregate: Bounded<State, Command, Event>,
  casesOf: (words: Words<Command>) => Cases<Command>,
): Row[] {
  const cases = casesOf({
    opens: (command, ...after) => [{ opens: true, command, after }],
    ends: (command, ...after) => [{ opens: false, command, after }],
  });
  const all: Case<Command>[] = Object.values<readonly Case<Command>[]>(cases).flat();
  return all.map(({ opens, command, after }) => ({
    type: command.type,
    opens,
    eventsMax: aggregate.bound.eventsMax,
    decide: (length) => {
      const state = stateAfter(aggregate, eventsAfter(aggregate, after));
      return decideWithinBound(aggregate, command, state, length);
    },
  }));
}

function eventsAfter<State, Command, Event extends LedgerEvent>(
  aggregate: Decider<State, Command, Event>,
  commands: readonly Command[],
): Draft<Event>[] {
  const events: Draft<Event>[] = [];
  for (const command of commands) {
    events.push(...aggregate.decide(command, stateAfter(aggregate, events)));
  }
  return events;
}

const evidence = { reason: "statement", evidenceSha256: "a".repeat(64) };
const secret = (text: string): Secret => ({ personId: userId, purpose: "account", text });

function userRows(): Row[] {
  const about = { userId, at };
  const passwordHash = secret("$hash");
  const handles = { email: secret("ana@example.org"), username: secret("ana") };
  const register: UserCommand = {
    type: "RegisterUser",
    ...about,
    ...handles,
    passwordHash,
    termsVersion: "2026-11",
  };
  const verify: UserCommand = { type: "VerifyEmail", ...about };
  const key = { keyId: idOf(1), keyHash: "a".repeat(64), prefix: "aaaaaa", name: secret("DAW") };
  const issue: UserCommand = { type: "IssueApiKey", ...about, ...key };
  const revoke: UserCommand = { type: "RevokeApiKey", ...about, keyId: idOf(1) };
  return rowsOf(userDecider, ({ opens, ends }) => ({
    RegisterUser: opens(register),
    VerifyEmail: opens(verify, register),
    UpdateProfile: opens({ type: "UpdateProfile", ...about, firstName: secret("Ana") }, register),
    ChangePassword: ends(
      { type: "ChangePassword", ...about, passwordHash, revokeKeys: false },
      register,
    ),
    IssueApiKey: opens(issue, register, verify),
    RevokeApiKey: ends(revoke, register, verify, issue),
    EraseUser: ends({ type: "EraseUser", ...about, reason: "asked" }, register),
  }));
}

function quotaRows(): Row[] {
  const about = { userId, day: "2026-11-22", generationId: idOf(1), at };
  const reserve: QuotaCommand = { type: "ReserveQuota", ...about, limit: 25 };
  return rowsOf(quotaDecider, ({ opens, ends }) => ({
    ReserveQuota: opens(reserve),
    ReleaseQuota: ends({ type: "ReleaseQuota", ...about, afterLease: false }, reserve),
    SpendQuota: ends({ type: "SpendQuota", ...about }, reserve),
    ResetQuota: opens({ type: "ResetQuota", ...about, reason: "ours" }, reserve, {
      type: "SpendQuota",
      ...about,
    }),
  }));
}

function generationRows(): Row[] {
  const { generationId } = request();
  const fail: GenerationCommand = {
    type: "FailGeneration",
    generationId,
    at,
    reason: "prompt-erased",
  };
  return rowsOf(generationDecider, ({ opens, ends }) => ({
    RequestGeneration: opens(request()),
    LeaseGeneration: opens(lease(1), request()),
    EndLease: ends(endLease(1, "expired"), request(), lease(1)),
    CompleteGeneration: ends(complete(1), request(), lease(1)),
    CancelGeneration: [...ends(cancel("asked"), request()), ...ends(cancel("never-requested"))],
    FailGeneration: ends(fail, request()),
    ExpireGeneration: ends(expire(120), request()),
    VoidContribution: ends(
      { type: "VoidContribution", generationId, at, ...evidence },
      request(),
      lease(1),
      complete(1),
    ),
  }));
}

function nodeRows(): Row[] {
  const about = { nodeId: idOf(1), at };
  const description = {
    engine: "synth" as const,
    softwareVersion: "1.0.0",
    models: ["synth-1"],
    stems: true,
    audioMsMax: 60_000,
    sampleRateMax: 96_000,
    gpu: null,
  };
  const publicKey = "A".repeat(43);
  const terms = { publicKey, termsVersion: "2026-11" };
  const register: NodeCommand = { type: "RegisterNode", ...about, ...terms, description };
  const describe = { ...register, description: { ...description, stems: false } };
  const come: NodeCommand = { type: "SetNodeOnline", ...about, online: true };
  const claim: NodeCommand = {
    type: "ClaimNode",
    ...about,
    operatorId: idOf(2),
    payId: idOf(3),
    proof: { by: "token", tokenId: idOf(4) },
  };
  const long = plusMs(at, -trustedAfterMs);
  const worked = { acceptedJobs: trustedAfterJobs, firstAcceptedAt: long };
  const trust: NodeCommand = { type: "TrustNode", ...about, ...worked };
  const why = { reason: "Copies.", evidenceSha256: "a".repeat(64) };
  const suspend = { type: "SuspendNode" as const, ...about, ...why };
  return rowsOf(nodeDecider, ({ opens, ends }) => ({
    RegisterNode: [...opens(register), ...opens(describe, register)],
    SetNodeOnline: [...opens(come, register), ...ends({ ...come, online: false }, register, come)],
    UnregisterNode: ends({ type: "UnregisterNode", ...about }, register),
    ClaimNode: opens(claim, register),
    TrustNode: ends(trust, register),
    SuspendNode: ends(suspend, register),
    ReinstateNode: ends({ ...suspend, type: "ReinstateNode" }, register, suspend),
  }));
}

function webhookRows(): Row[] {
  const about = { provider: "stripe", deliveryId: "evt_1", at } as const;
  const sent = { topic: "charge.updated", bodySha256: "a".repeat(64), body: secret("{}") };
  const receive: WebhookCommand = { type: "ReceiveWebhook", ...about, ...sent };
  return rowsOf(webhookDecider, ({ opens, ends }) => ({
    ReceiveWebhook: opens(receive),
    HoldWebhook: opens({ type: "HoldWebhook", ...about, waitsFor: "charge ch_1" }, receive),
    BookWebhook: ends({ type: "BookWebhook", ...about, moneyKeys: [] }, receive),
    IgnoreWebhook: ends({ type: "IgnoreWebhook", ...about, reason: "no-money" }, receive),
    ReopenWebhook: opens({ type: "ReopenWebhook", ...about }, receive, {
      ...{ type: "IgnoreWebhook", ...about, reason: "not-our-account" },
    }),
  }));
}

function donationRows(): Row[] {
  const none = money("0 EUR");
  const all = money("50.00 EUR");
  const given = receiveGift();
  const odd = { ...given, suspenseReason: "unattributed" as const };
  const refund = { amount: all, taken: all, fee: none };
  const dispute = { ...aboutGift("dp_1"), disputeId: "dp_1" };
  const move = { amount: all, fee: none };
  const inquire: DonationCommand = { type: "OpenInquiry", ...dispute, amount: all };
  const show: DonationCommand = {
    type: "ChangeVisibility",
    ...aboutGift("show"),
    visibility: "shown",
  };
  const hide: DonationCommand = { ...show, ...aboutGift("hide"), visibility: "hidden" };
  const correction = { correctedEventId: idOf(1), corrects: "DonationReceived", postings: [] };
  const close = { type: "CloseDispute" as const, ...dispute, moneyKey: "dp_1:won" };
  return rowsOf(donationDecider, ({ opens, ends }) => ({
    ReceiveDonation: opens(given),
    SettleDonation: ends(
      { type: "SettleDonation", ...aboutGift("txn_1"), settlement: { gross: all, fee: none } },
      given,
    ),
    RefundDonation: ends(
      { type: "RefundDonation", ...aboutGift("re_1"), refund, cause: "refund" },
      given,
    ),
    FailRefund: ends({ type: "FailRefund", ...aboutGift("re_1:failed"), refundKey: "re_1" }, given),
    OpenInquiry: ends(inquire, given),
    WithdrawDispute: ends({ type: "WithdrawDispute", ...dispute, move }, given),
    ReturnDispute: ends({ type: "ReturnDispute", ...dispute, move }, given),
    CloseDispute: ends({ ...close, outcome: "lost" }, given, inquire),
    CorrectDonation: ends(
      { type: "CorrectDonation", ...aboutGift("fix"), ...correction, reason: "typing error" },
      given,
    ),
    UndoEntry: ends(
      {
        ...{ type: "UndoEntry", ...aboutGift("undone"), ...evidence },
        ...{ undoneKey: given.moneyKey, correctedEventId: idOf(1) },
      },
      { ...given, manual: evidence },
    ),
    AttributeDonation: ends({ type: "AttributeDonation", ...aboutGift("ours"), ...evidence }, odd),
    CloseSuspense: ends({ type: "CloseSuspense", ...aboutGift("none"), reason: "a sale" }, odd),
    RecogniseDonation: ends(
      { type: "RecogniseDonation", ...aboutGift("known"), references: { charge: "ch_1" } },
      given,
    ),
    ChangeVisibility: [...opens(show, given), ...ends(hide, given, show)],
  }));
}

function pledgeRows(): Row[] {
  const about = { pledgeId: idOf(1), at };
  const terms = { userId, provider: "stripe" as const, money: money("5.00 EUR"), showName: false };
  const pledge: PledgeCommand = { type: "PledgeDonation", ...about, ...terms };
  return rowsOf(pledgeDecider, ({ opens, ends }) => ({
    PledgeDonation: opens(pledge),
    PayPledge: ends({ type: "PayPledge", ...about, externalId: "pi_1" }, pledge),
    ExpirePledge: ends({ type: "ExpirePledge", ...about }, pledge),
  }));
}

function treasuryRows(): Row[] {
  const paid = {
    treasuryId: idOf(1),
    at,
    ...evidence,
    from: "bank",
    amount: money("5 EUR"),
  } as const;
  const pay = { type: "PayExpense" as const, ...paid, fund: "infrastructure" as const };
  const undo = { type: "UndoTreasury" as const, treasuryId: idOf(1), at, ...evidence };
  return rowsOf(treasuryDecider, ({ opens, ends }) => ({
    MoveFunds: opens({ type: "MoveFunds", ...paid, to: "paypal", fee: money("0 EUR") }),
    PayExpense: opens(pay),
    ChargeFee: opens({ type: "ChargeFee", ...paid, transactionId: "txn_1" }),
    UndoTreasury: ends({ ...undo, correctedEventId: idOf(2) }, pay),
  }));
}

function enrolmentRows(): Row[] {
  const about = { tokenId: idOf(1), at };
  const operatorId = idOf(2);
  const issue = { type: "IssueEnrolmentToken" as const, ...about, operatorId, tokenHash: "a" };
  return rowsOf(enrolmentDecider, ({ opens, ends }) => ({
    IssueEnrolmentToken: opens(issue),
    UseEnrolmentToken: ends({ type: "UseEnrolmentToken", ...about, nodeId: idOf(3) }, issue),
    RevokeEnrolmentToken: ends({ type: "RevokeEnrolmentToken", ...about, operatorId }, issue),
  }));
}

function operatorRows(): Row[] {
  const about = { operatorId: idOf(1), at, payeeId: idOf(2) };
  const link = { type: "LinkPayee" as const, ...about, isOthers: true };
  const why = { reason: "a household", evidenceSha256: "a".repeat(64) };
  const account = { operatorId: idOf(1), at, accountId: idOf(3) };
  const payee = { payeeId: idOf(2), isOthers: false };
  const name: OperatorCommand = {
    type: "LinkPayoutAccount",
    ...account,
    ...{ method: "stripe", country: "DE", destination: secret("acct_1") },
  };
  const freeze = { type: "FreezePayouts" as const, operatorId: idOf(1), at };
  return rowsOf(operatorDecider, ({ opens, ends }) => ({
    LinkPayee: opens(link),
    AcceptPayee: ends({ type: "AcceptPayee", ...about, ...why }, link),
    GivePayeeDetails: opens({
      type: "GivePayeeDetails",
      ...about,
      ...{ legalName: secret("Ana"), country: secret("DE"), standing: secret("private") },
    }),
    ReceivePayeeForm: ends({ type: "ReceivePayeeForm", ...about, ...why }),
    LinkPayoutAccount: opens(name),
    VerifyPayoutAccount: ends(
      { ...account, type: "VerifyPayoutAccount", proof: "stripe", payee },
      name,
    ),
    DoubtPayoutAccount: ends({ ...account, type: "DoubtPayoutAccount" }, name, {
      ...{ ...account, type: "VerifyPayoutAccount", proof: "stripe", payee },
    }),
    RemovePayoutAccount: ends({ type: "RemovePayoutAccount", ...about }, name),
    FreezePayouts: ends(freeze),
    UnfreezePayouts: ends({ type: "UnfreezePayouts", ...about, ...why }, freeze),
  }));
}

const restore = {
  type: "RecordRestore" as const,
  restoreId: idOf(9),
  backedUpAt: at,
  backupPosition: "12",
  archiveSha256: "a".repeat(64),
  at,
};

function payableRows(): Row[] {
  const share = { operatorId: idOf(1), currency: "EUR", month: "2026-11", payId: idOf(2), at };
  const amount = money("5 EUR");
  const take = { type: "VoidShare", ...share, amount, ...evidence } as const;
  const appeal = { type: "AppealShare", ...share, words: secret("No.") } as const;
  const finalizedAt = "2020-01-01T00:00:00.000Z";
  const [first] = batch.items;
  if (first === undefined) expect.fail("no payout");
  const ask = batch.requestOf(first);
  const about = { operatorId: ask.operatorId, currency: "EUR", payoutId: ask.payoutId, at };
  const start = { type: "SendPayout" as const, ...about };
  const end = { type: "EndPayout" as const, ...about, outcome: "completed" as const };
  const { type: _, payeeId: _payee, country: _country, destination: _place, ...planned } = ask;
  return rowsOf(payableDecider, ({ opens, ends }) => ({
    VoidShare: ends(take),
    RestoreShare: ends({ type: "RestoreShare", ...share, amount, ...evidence }, take),
    WaiveShare: ends({ type: "WaiveShare", ...share, amount, to: "workers" }),
    LapseShare: ends({ type: "LapseShare", ...share, amount, finalizedAt }),
    AppealShare: ends(appeal, take),
    RejectAppeal: ends({ type: "RejectAppeal", ...share, ...evidence }, take, appeal),
    RequestPayout: opens(ask),
    WithdrawPayout: ends({ type: "WithdrawPayout", ...planned, reason: "frozen" }, ask),
    SendPayout: ends(start, ask),
    NoteSent: ends({ type: "NoteSent", ...about, reference: "tr_1" }, ask, start),
    EndPayout: ends({ ...end, reference: "tr_1" }, ask, start),
  }));
}

function payoutBatchRows(): Row[] {
  const { plan, approve, send, batchId, items } = batch;
  const payoutId = items[0]?.payoutId ?? "";
  const outcome = { payoutId, outcome: "completed" as const, fee: "0.00", reference: "line 7" };
  return rowsOf(payoutBatchDecider, ({ opens, ends }) => ({
    PlanBatch: opens(plan),
    WithdrawItem: ends({ type: "WithdrawItem", batchId, payoutId, reason: "frozen", at }, plan),
    ApproveBatch: ends(approve, plan),
    SendBatch: ends(send, plan, approve),
    SubmitBatch: ends({ type: "SubmitBatch", batchId, at, reference: "1" }, plan, approve, send),
    RecordOutcomes: ends(
      { type: "RecordOutcomes", batchId, at, outcomes: [outcome] },
      ...[plan, approve, send],
    ),
  }));
}

const rows: Record<keyof typeof eventsByCategory, Row[]> = {
  books: rowsOf(booksDecider, ({ opens, ends }) => ({
    OpenLedger: opens({ type: "OpenLedger", ledgerId: idOf(1), at }),
    CloseMonth: ends(
      { type: "CloseMonth", month: "2026-11", at: "2026-12-02T00:00:00.000Z" },
      { type: "OpenLedger", ledgerId: idOf(1), at },
    ),
    AdoptPolicy: opens(
      { type: "AdoptPolicy", policy: "v1", at },
      { type: "OpenLedger", ledgerId: idOf(1), at },
    ),
    NoteDistributed: ends(
      { type: "NoteDistributed", month: "2026-11", distributions: [], at },
      { type: "OpenLedger", ledgerId: idOf(1), at },
      { type: "CloseMonth", month: "2026-11", at: "2026-12-02T00:00:00.000Z" },
    ),
    RecordRestore: ends(restore, { type: "OpenLedger", ledgerId: idOf(1), at }),
    ConfirmPayouts: ends(
      {
        type: "ConfirmPayouts",
        restoreId: idOf(9),
        reason: "compared",
        evidenceSha256: "a".repeat(64),
        at,
      },
      { type: "OpenLedger", ledgerId: idOf(1), at },
      restore,
    ),
  })),
  user: userRows(),
  quota: quotaRows(),
  generation: generationRows(),
  node: nodeRows(),
  enrolment: enrolmentRows(),
  operator: operatorRows(),
  keys: rowsOf(keysDecider, ({ opens }) => ({
    PublishSigningKey: opens({
      type: "PublishSigningKey",
      kid: "k",
      use: "certificate",
      x: "x",
      at,
    }),
  })),
  checkpoint: rowsOf(checkpointDecider, ({ opens }) => ({
    RecordCheckpoint: opens({
      type: "RecordCheckpoint",
      month: "2026-11",
      origin: "log.example",
      size: 0,
      root: "r",
      signature: "s",
      readTo: idOf(1),
      at,
    }),
  })),
  vault: rowsOf(vaultDecider, ({ ends }) => ({
    RecordDestruction: ends({
      type: "RecordDestruction",
      keyId: idOf(1),
      purpose: "account",
      reason: "erased",
      at,
    }),
  })),
  webhook: webhookRows(),
  donation: donationRows(),
  pledge: pledgeRows(),
  treasury: treasuryRows(),
  sound: rowsOf(soundDecider, ({ opens }) => ({
    HearSound: opens({
      type: "HearSound",
      ...{ key: "0f3a", page: 0, print: "q1Rk", inputs: "inputs" },
      ...{ generationId: idOf(1), nodeId: idOf(2), at },
    }),
  })),
  distribution: rowsOf(distributionDecider, ({ opens, ends }) => {
    const { shown } = planOf(basisOf());
    const about = { month: shown.month, currency: shown.currency, at };
    const { digest } = shown;
    const start = { type: "StartDistribution", ...about, shown } as const;
    return {
      StartDistribution: opens(start),
      FinalizeDistribution: ends(
        { type: "FinalizeDistribution", ...about, digest, shared: money("0 EUR") },
        start,
      ),
    };
  }),
  payable: payableRows(),
  payoutBatch: payoutBatchRows(),
  shares: rowsOf(sharesDecider, ({ opens }) => ({
    RecordShares: opens({
      type: "RecordShares",
      ...{ month: "2026-11", currency: "EUR", chunk: 0, digest: "00", shares: [], at },
    }),
  })),
};

describe.each(Object.entries(rows))("a full stream of the kind %s", (_category, ofKind) => {
  it.each(ofKind.filter(({ opens }) => opens))("refuses $type", ({ decide, eventsMax }) => {
    expect(decide(eventsMax - 1)).not.toEqual([]);
    expect(() => decide(eventsMax)).toThrow(expect.objectContaining({ code: "HISTORY_FULL" }));
  });

  it.each(ofKind.filter(({ opens }) => !opens))("takes $type", ({ decide, eventsMax }) => {
    expect(decide(eventsMax)).not.toEqual([]);
    expect(decide(streamEventsMax)).not.toEqual([]);
  });

  it("can be read with room to spare", () => {
    for (const { eventsMax } of ofKind) expect(2 * eventsMax).toBeLessThanOrEqual(streamEventsMax);
  });
});
