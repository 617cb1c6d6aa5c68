import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { donationStream } from "../../domain/donation/events.js";
import { generationStream } from "../../domain/generation/events.js";
import { nodeStream } from "../../domain/node/events.js";
import { pledgeStream } from "../../domain/pledge/events.js";
import { quotaStream } from "../../domain/quota/events.js";
import { userStream } from "../../domain/user/events.js";
import { webhookStream } from "../../domain/webhook/events.js";
import { readLocated } from "../../platform/vault/located.js";
import { listAlerts } from "../../projections/alerts/queries.js";
import { findKeyOwner, listApiKeys } from "../../projections/apiKeys/queries.js";
import { listGivenBy, listWithoutFee } from "../../projections/donors/queries.js";
import {
  countOpen,
  countWaitingBefore,
  findCertificate,
  listOpen,
  medianProcessingMs,
} from "../../projections/generations/queries.js";
import { findLeaseRow } from "../../projections/leases/queries.js";
import { listNodes } from "../../projections/nodes/queries.js";
import { listOpenPledges } from "../../projections/pledges/queries.js";
import { listQuotaDays } from "../../projections/quotaDays/queries.js";
import { listUnsettled } from "../../projections/reservations/queries.js";
import {
  findUser,
  listNeverVerified,
  listPasswordsChanged,
} from "../../projections/users/queries.js";
import { listOpenWebhooks, listWaitingFor } from "../../projections/webhooks/queries.js";
import {
  about as aboutGift,
  eventsOf,
  at as givenAt,
  money,
  receive,
} from "../support/donations.js";
import { write } from "../support/drafts.js";
import * as g from "../support/generations.js";
import { openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
beforeAll(async () => {
  world = await openProjectedWorld();
});
afterAll(() => world.close());

const at = g.requestedAt;
const { userId, idOf } = g;
const secret = (text: string) => ({ personId: userId, purpose: "account" as const, text });
const about = { userId, at };

/** Drafts of one stream, written in order; then the read models hold them. */
async function happened(stream: string, ...drafts: Parameters<typeof write>[2][]): Promise<void> {
  await write(world, stream, ...drafts);
  await world.caughtUp();
}

describe("users", () => {
  it("follow an account from registration to erasure", async () => {
    const stream = userStream(userId);
    const sealed = { email: secret("ana@example.org"), username: secret("ana") };
    await happened(stream, {
      type: "UserRegistered",
      public: {},
      private: { ...about, termsVersion: "2026-11" },
      sealed: { ...sealed, passwordHash: secret("$first"), firstName: secret("Ana") },
    });
    const registered = await findUser(world.readDb, userId);
    expect(registered).toMatchObject({
      status: "unverified",
      registered_at: at,
      verified_at: null,
    });
    expect(await listNeverVerified(world.readDb, { before: g.after(1), limit: 10 })).toEqual([
      userId,
    ]);
    const { vault } = world.ledger;
    expect(await readLocated(vault, registered?.email ?? null)).toBe("ana@example.org");
    expect(await readLocated(vault, registered?.first_name ?? null)).toBe("Ana");
    expect(registered?.last_name).toBeNull();

    await happened(
      stream,
      { type: "EmailVerified", public: {}, private: { userId, at: g.after(5) }, sealed: {} },
      {
        type: "ProfileUpdated",
        public: {},
        private: about,
        sealed: { lastName: secret("Silva") },
      },
      {
        type: "PasswordChanged",
        public: {},
        private: about,
        sealed: { passwordHash: secret("$second") },
      },
    );
    const verified = await findUser(world.readDb, userId);
    expect(verified).toMatchObject({ status: "active", verified_at: g.after(5), first_name: null });
    expect(await readLocated(vault, verified?.last_name ?? null)).toBe("Silva");
    expect(await readLocated(vault, verified?.password_hash ?? null)).toBe("$second");
    const changed = { user_id: userId, password_changed_at: at };
    const page = { after: [at, ""] as const, before: g.after(1), limit: 10 };
    expect(await listPasswordsChanged(world.readDb, page)).toMatchObject([changed]);
    expect(await listNeverVerified(world.readDb, { before: g.after(1), limit: 10 })).toEqual([]);
  });
});

describe("API keys", () => {
  it("find their owner until they are revoked or the owner is gone", async () => {
    const issue = (n: number) =>
      ({
        type: "ApiKeyIssued",
        public: {},
        private: { ...about, keyId: idOf(n), keyHash: `${n}`.repeat(64), prefix: "abcdef" },
        sealed: { name: secret("Studio") },
      }) as const;
    const stream = userStream(userId);
    await happened(stream, issue(1), issue(2));
    const owner = { keyId: idOf(1), userId };
    expect(await findKeyOwner(world.readDb, "1".repeat(64))).toEqual(owner);
    expect(await findKeyOwner(world.readDb, "9".repeat(64))).toBeUndefined();

    const revoked = { ...about, keyId: idOf(1) };
    await happened(stream, { type: "ApiKeyRevoked", public: {}, private: revoked, sealed: {} });
    expect(await findKeyOwner(world.readDb, "1".repeat(64))).toBeUndefined();
    const keys = await listApiKeys(world.readDb, userId);
    expect(keys.map((key) => [key.key_id, key.revoked_at])).toEqual([
      [idOf(1), at],
      [idOf(2), null],
    ]);

    const erased = { ...about, reason: "asked" as const };
    await happened(stream, { type: "UserErased", public: {}, private: erased, sealed: {} });
    expect(await findUser(world.readDb, userId)).toMatchObject({ status: "erased" });
    expect(await findKeyOwner(world.readDb, "2".repeat(64))).toBeUndefined();
  });
});

describe("quota days and reservations", () => {
  it("count what is reserved, given back and spent", async () => {
    const day = "2026-11-22";
    const quota = (type: "QuotaReserved" | "QuotaReleased" | "QuotaSpent", n: number) => ({
      type,
      public: {},
      private: { userId, day, generationId: idOf(n), at },
      sealed: {},
    });
    await happened(
      quotaStream(userId, day),
      quota("QuotaReserved", 1),
      quota("QuotaReserved", 2),
      quota("QuotaReserved", 3),
      quota("QuotaReleased", 1),
      quota("QuotaSpent", 2),
    );
    const [row] = await listQuotaDays(world.readDb, { userId, since: day });
    expect(row).toEqual({ user_id: userId, day, used: 2, spent: 1 });
    expect(await listQuotaDays(world.readDb, { userId, since: "2026-11-23" })).toEqual([]);
    await happened(quotaStream(userId, day), {
      type: "QuotaReset",
      public: {},
      private: { userId, day, at, reason: "ours" },
      sealed: {},
    });
    const [reset] = await listQuotaDays(world.readDb, { userId, since: day });
    expect(reset).toMatchObject({ used: 1, spent: 0 });
    const unsettled = await listUnsettled(world.readDb, { before: g.after(1), limit: 10 });
    expect(unsettled.map((each) => each.generation_id)).toEqual([idOf(3)]);
    expect(await listUnsettled(world.readDb, { before: at, limit: 10 })).toEqual([]);
  });
});

describe("generations and leases", () => {
  const queue = "gen-any-plain-48000hz-10s";
  const stream = generationStream(g.generationId);

  it("follow a request through lost leases to its audio", async () => {
    await happened(stream, g.requested());
    expect(await listOpen(world.readDb, 10)).toMatchObject([
      { status: "queued", queue, expires_at: g.expiresAt, lease_id: null, audio_ms: 6000 },
    ]);
    expect(await countWaitingBefore(world.readDb, g.after(1))).toEqual([{ queue, waiting: 1 }]);
    expect(await countWaitingBefore(world.readDb, at)).toEqual([]);

    await happened(stream, g.leased(1));
    expect(await listOpen(world.readDb, 10)).toMatchObject([
      { status: "processing", lease_id: idOf(1) },
    ]);
    expect(await findLeaseRow(world.readDb, idOf(1))).toMatchObject({
      generation_id: g.generationId,
      node_id: idOf(101),
    });
    await happened(stream, g.leaseLost(1, "expired"));
    expect(await countOpen(world.readDb)).toEqual({ queued: 1, processing: 0 });

    await happened(stream, g.leased(2), g.completed(2), g.contribution(2));
    expect(await listOpen(world.readDb, 10)).toEqual([]);
    expect(await medianProcessingMs(world.readDb, queue)).toBe(9000);
    const { generationId } = g;
    expect(await findCertificate(world.readDb, { generationId })).toBe("a.b.c");
    expect(await findCertificate(world.readDb, { audioSha256: "c".repeat(64) })).toBe("a.b.c");
    expect(await findCertificate(world.readDb, { audioSha256: "d".repeat(64) })).toBeUndefined();
  });

  it.each([
    ["rejected", g.rejected("SILENT")],
    ["failed", g.failed("attempts-exhausted")],
    ["cancelled", g.cancelled("asked")],
    ["expired", g.expired(120)],
  ] as const)("show how one ended: %s", async (status, end) => {
    const generationId = crypto.randomUUID();
    const of = <T extends { private: object }>(draft: T): T => ({
      ...draft,
      private: { ...draft.private, generationId },
    });
    await happened(generationStream(generationId), of(g.requested()), of(end));
    const row = await world.readDb
      .selectFrom("read_generation")
      .selectAll()
      .where("generation_id", "=", generationId)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ status, ended_at: end.private.at, lease_id: null });
  });

  it("know nothing of one that was never requested", async () => {
    const generationId = crypto.randomUUID();
    const end = g.cancelled("never-requested");
    const draft = { ...end, private: { ...end.private, generationId } } as typeof end;
    await happened(generationStream(generationId), draft);
    expect(await findCertificate(world.readDb, { generationId })).toBeUndefined();
  });
});

describe("nodes", () => {
  it("are described, counted and distinguished", async () => {
    const nodeId = idOf(102);
    const publicKey = "B".repeat(43);
    const node = { nodeId, at };
    const shown = { nodeId, publicKey, registeredOn: "2026-11-22" };
    const description = {
      engine: "synth" as const,
      softwareVersion: "0.1.0",
      models: ["synth-1"],
      stems: true,
      audioMsMax: 30_000,
      sampleRateMax: 192_000,
      gpu: null,
    };
    await happened(
      nodeStream(nodeId),
      {
        type: "NodeRegistered",
        public: shown,
        private: { ...node, termsVersion: "1" },
        sealed: {},
      },
      { type: "NodeDescribed", public: {}, private: { ...node, description }, sealed: {} },
      { type: "NodeCameOnline", public: {}, private: node, sealed: {} },
    );

    const late = g.completed(2, { late: true, seconds: 40 });
    await happened(
      generationStream(crypto.randomUUID()),
      g.leaseLost(2, "rejected"),
      g.leaseLost(2, "left"),
      g.completed(2),
      g.contribution(2),
      late,
      g.contribution(2, { late: true }),
    );
    const [row] = await listNodes(world.readDb, 10);
    expect(row).toMatchObject({
      public_key: publicKey,
      online: 1,
      completed: 2,
      late: 1,
      rejected: 1,
      left_early: 1,
      expired: 0,
      audio_ms: "12000",
      processing_ms: "48000",
      units: "36000",
    });
    expect(JSON.parse(row?.description ?? "")).toEqual(description);

    await happened(
      nodeStream(nodeId),
      { type: "NodeWentOffline", public: {}, private: node, sealed: {} },
      {
        type: "NodeUnregistered",
        public: { nodeId, unregisteredOn: "2026-11-23" },
        private: node,
        sealed: {},
      },
    );
    expect(await listNodes(world.readDb, 10)).toEqual([]);
  });
});

describe("contributions", () => {
  it("belong to the first month that is closed after them", async () => {
    const rows = () =>
      world.readDb
        .selectFrom("read_contribution")
        .selectAll()
        .where("node_id", "in", ["", idOf(103)])
        .orderBy("month")
        .orderBy("node_id")
        .execute();
    const work = () =>
      happened(generationStream(crypto.randomUUID()), g.completed(3), g.contribution(3));
    const before = (await rows()).find((row) => row.node_id === "");
    await work();
    await work();
    const closing = { month: "2026-11" };
    const closed = { type: "MonthClosed" as const, public: closing, private: { at }, sealed: {} };
    await happened("books-ledger", closed);
    await work();
    const whole = Number(before?.units ?? 0);
    expect(await rows()).toMatchObject([
      { month: "2026-11", node_id: "", closed: 1, units: String(whole + 48_000) },
      { month: "2026-11", node_id: idOf(103), generations: 2, units: "48000", audio_ms: "12000" },
      { month: "2026-12", node_id: "", closed: 0, generations: 1, units: "24000" },
      { month: "2026-12", node_id: idOf(103), generations: 1, units: "24000" },
    ]);
  });
});

describe("webhooks", () => {
  const name = { provider: "stripe" as const, deliveryId: "evt_1" };
  const about = { ...name, at };
  const draft = { public: {}, sealed: {} };
  const stream = webhookStream("stripe", "evt_1");
  const open = (before = "2027-01-01T00:00:00.000Z") =>
    listOpenWebhooks(world.readDb, { before, limit: 10 });
  const body = { personId: userId, purpose: "webhook-202611" as const, text: "{}" };

  it("are open until they are booked or ignored, and say what they wait for", async () => {
    await happened(stream, {
      type: "WebhookReceived",
      public: {},
      private: { ...about, topic: "charge.updated", bodySha256: "0".repeat(64) },
      sealed: { body },
    });
    expect(await open()).toMatchObject([{ delivery_id: "evt_1", state: "new", waits_for: null }]);
    expect(await open(at)).toEqual([]);
    const waitsFor = "donation donation-stripe-pi_1";
    await happened(stream, { type: "WebhookHeld", ...draft, private: { ...about, waitsFor } });
    expect(await open()).toMatchObject([{ state: "held", waits_for: waitsFor }]);
    expect(await listWaitingFor(world.readDb, waitsFor)).toHaveLength(1);
    expect(await listWaitingFor(world.readDb, "something else")).toEqual([]);
    const moneyKeys = ["pi_1"];
    await happened(stream, { type: "WebhookBooked", ...draft, private: { ...about, moneyKeys } });
    expect(await open()).toEqual([]);
    expect(await listWaitingFor(world.readDb, waitsFor)).toEqual([]);
  });

  it("that are ignored are done with", async () => {
    const other = { ...about, deliveryId: "evt_2" };
    const received = { ...other, topic: "x", bodySha256: "0".repeat(64) };
    await happened(
      webhookStream("stripe", "evt_2"),
      { type: "WebhookReceived", public: {}, private: received, sealed: { body } },
      { type: "WebhookIgnored", ...draft, private: { ...other, reason: "unknown-type" } },
    );
    expect(await open()).toEqual([]);
  });
});

describe("pledges", () => {
  it("are open until they are paid or given up", async () => {
    const open = (before: string) =>
      listOpenPledges(world.readDb, { provider: "paypal", before, limit: 10 });
    const pledge = async (pledgeId: string, end: "PledgePaid" | "PledgeExpired") => {
      const stream = pledgeStream(pledgeId);
      const asked = { userId, provider: "paypal" as const, money: money("5.00 EUR") };
      const about = { pledgeId, at };
      const draft = { public: {}, sealed: {} };
      const pledged = { ...about, ...asked, showName: false };
      await happened(stream, { type: "DonationPledged", ...draft, private: pledged });
      expect(await open(at)).toEqual([]);
      expect(await open(g.after(1))).toEqual([pledgeId]);
      const ended = { ...about, externalId: "CAP1" };
      await happened(
        stream,
        end === "PledgePaid"
          ? { type: end, ...draft, private: ended }
          : { type: end, ...draft, private: about },
      );
      expect(await open(g.after(1))).toEqual([]);
    };
    await pledge(idOf(901), "PledgePaid");
    await pledge(idOf(902), "PledgeExpired");
  });
});

describe("donors", () => {
  it("are found while the fee of what they gave is not known, and by their account", async () => {
    const [received, settled] = eventsOf(
      { ...receive(), userId },
      { type: "SettleDonation", ...aboutGift("txn_1"), settlement },
    );
    if (received === undefined || settled === undefined) throw new Error("not decided");
    const stream = donationStream("stripe", "pi_1");
    const unsettled = (since: string, before: string) =>
      listWithoutFee(world.readDb, { provider: "stripe", since, before, limit: 10 });
    await happened(stream, received);
    expect(await unsettled(givenAt, g.after(60))).toMatchObject([{ stream, external_id: "pi_1" }]);
    expect(await unsettled(g.after(60), g.after(120))).toEqual([]);
    expect(await unsettled("2026-01-01T00:00:00.000Z", givenAt)).toEqual([]);
    expect(await listGivenBy(world.readDb, [userId])).toMatchObject([{ stream, settled: 0 }]);
    expect(await listGivenBy(world.readDb, [g.strangerId])).toEqual([]);
    await happened(stream, settled);
    expect(await unsettled(givenAt, g.after(60))).toEqual([]);
    expect(await listGivenBy(world.readDb, [userId])).toMatchObject([{ stream, settled: 1 }]);
  });
  const settlement = { gross: money("50.00 EUR"), fee: money("1.75 EUR") };
});

describe("alerts", () => {
  it("are events that maintainers must hear of, and no others", async () => {
    const reason = "not-our-account";
    const of = (deliveryId: string) => ({ provider: "stripe" as const, deliveryId, at });
    const ignored = { type: "WebhookIgnored" as const, public: {}, sealed: {} };
    const odd = webhookStream("stripe", "evt_odd");
    await happened(odd, { ...ignored, private: { ...of("evt_odd"), reason } });
    const usual = { ...of("evt_usual"), reason: "unknown-type" };
    await happened(webhookStream("stripe", "evt_usual"), { ...ignored, private: usual });
    const [received, ...refunds] = eventsOf(
      { ...receive("5.00 EUR"), suspenseReason: "unattributed" },
      { type: "RefundDonation", ...aboutGift("re_1"), cause: "refund", refund: back("5.00 EUR") },
      { type: "RefundDonation", ...aboutGift("re_2"), cause: "refund", refund: back("1.00 EUR") },
    );
    if (received === undefined) throw new Error("not decided");
    const gift = donationStream("stripe", "pi_alerts");
    await happened(gift, received, ...refunds);

    const page = { after: [at, ""] as const, before: g.after(3600), limit: 10 };
    const rows = await listAlerts(world.readDb, page);
    // Two of them happened at the same time.
    expect(rows.toSorted((one, other) => one.kind.localeCompare(other.kind))).toMatchObject([
      { stream: gift, kind: "in-suspense", reason: "unattributed" },
      { stream: gift, kind: "refund-beyond-gross", reason: null },
      { stream: odd, kind: "webhook-unbookable", reason },
    ]);
    const [first, second] = rows;
    if (first === undefined || second === undefined) throw new Error("no alerts");
    const after = [first.happened_at, first.event_id] as const;
    expect((await listAlerts(world.readDb, { ...page, after }))[0]).toEqual(second);
  });

  const back = (amount: string) => ({
    amount: money(amount),
    taken: money(amount),
    fee: money("0 EUR"),
  });
});
