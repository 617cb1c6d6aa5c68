import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { handle } from "../../commands/handle.js";
import { accountSecret } from "../../commands/user/accountSecret.js";
import { day } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { userDecider } from "../../domain/user/decider.js";
import { createDiscordWebhook, escapeMarkdown, isDiscordWebhook } from "../../platform/discord.js";
import { newId, reactionId } from "../../platform/ids.js";
import type { Mail } from "../../platform/mailer.js";
import type { OrderKind } from "../../platform/ops/tables.js";
import { orderNotices } from "../../workers/outbox/orderNotices.js";
import { OutboxLoop, outboxLoops } from "../../workers/outbox/run.js";
import type { Sending } from "../../workers/outbox/sender.js";
import { type Reactor, runProcessManager } from "../../workers/processManager.js";
import { repeat } from "../../workers/repeat.js";
import { startDiscord } from "../support/discordStub.js";
import { occurredAt } from "../support/donations.js";
import { fakeClock } from "../support/fakeClock.js";
import * as m from "../support/moneyStory.js";
import { contextAt, openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let discord: Awaited<ReturnType<typeof startDiscord>>;
const stopping = new AbortController();
let running: Promise<void>;
const clock = fakeClock(plusMs(occurredAt, 60_000));
const ordered = new Set<string>();

beforeAll(async () => {
  world = await openProjectedWorld();
  const { store, opsDb, ledgerId, log } = world;
  const manager = orderNotices(opsDb);
  const noting: Reactor = {
    ...manager,
    react: async (stored) => {
      await manager.react(stored);
      ordered.add(stored.id);
    },
  };
  const options = { store, opsDb, ledgerId, log, signal: stopping.signal };
  await new Promise<void>((resolve) => {
    running = runProcessManager(noting, { ...options, onLive: resolve });
  });
});
afterAll(async () => {
  stopping.abort();
  await running;
  await world.close();
});
beforeEach(async () => {
  discord = await startDiscord();
  clock.set(plusMs(occurredAt, 60_000));
  await world.opsDb.deleteFrom("outbox").execute();
  return () => discord.close();
});

let gifts = 0;
/** Given, projected, and its notices ordered. */
async function give(extra: Parameters<typeof m.received>[1] = {}, name?: string, email?: string) {
  gifts += 1;
  const gift = m.gift(world, "stripe", `pi_notice_${gifts}`);
  const sealed = {
    ...(name !== undefined && { name: gift.secret(name) }),
    ...(email !== undefined && { email: gift.secret(email) }),
  };
  await gift.report(m.received("12.00 EUR", { ...sealed, ...extra }));
  await world.caughtUp();
  const { events } = await world.store.read(gift.stream);
  const id = events[0]?.id ?? "";
  while (!ordered.has(id)) await new Promise((resolve) => setTimeout(resolve, 10));
  return { ...gift, id };
}

const appUrl = "https://obsidian.example";
const noServer = { send: () => Promise.reject(new Error("away")), close: () => undefined };
const loop = (kind: OrderKind, { mailer = noServer, webhook }: Partial<Sending> = {}) => {
  return new OutboxLoop(kind, { ...world, clock, appUrl, mailer, webhook });
};
const notices = (webhook: Sending["webhook"] = createDiscordWebhook(discord.url)) =>
  loop("donation-notice", { webhook });

async function thank(): Promise<Mail[]> {
  const sent: Mail[] = [];
  const mailer = { send: async (mail: Mail) => void sent.push(mail), close: () => undefined };
  await loop("thank-you", { mailer }).run();
  return sent;
}

const outcomeOf = async (id: string, kind: "donation-notice" | "thank-you") => {
  const query = world.opsDb.selectFrom("outbox").selectAll();
  const row = await query.where("id", "=", reactionId(id, kind)).executeTakeFirst();
  return row && { outcome: row.outcome, attempts: row.attempts, dueAt: row.due_at };
};
const contents = () => discord.messages.map(({ body }) => body.content);

describe("a notice on Discord", () => {
  it("shows the amount, pings nobody, and comes once", async () => {
    const { id } = await give({}, "Bruno Hidden", "bruno@example.org");
    const discordLoop = notices();
    await discordLoop.run();
    await discordLoop.run();
    expect(contents()).toEqual(["A gift of **12.00 EUR**. Thank you!"]);
    const [message] = discord.messages;
    expect(message?.path).toBe("/api/webhooks/1/secret-token?wait=true");
    expect(message?.body).toMatchObject({ allowed_mentions: { parse: [] }, flags: 4 });
    expect(JSON.stringify(message?.body)).not.toMatch(/Bruno|example\.org|pi_/);
    expect(await outcomeOf(id, "donation-notice")).toMatchObject({ outcome: "sent" });
  });

  it("names who said yes, whatever the name tries to be", async () => {
    await give({ visibility: "shown" }, "**@everyone** [free](https://evil.example)\nnext");
    await notices().run();
    const [content = ""] = contents();
    expect(content).toBe(
      "A gift of **12.00 EUR** from \\*\\*\\@everyone\\*\\* \\[free\\]\\(https\\:\\/\\/evil\\.example\\) next. Thank you!",
    );
    const hides = await give({ visibility: "shown" }, "Ana");
    await hides.report({ type: "ChangeVisibility", moneyKey: "hide", visibility: "hidden" });
    await world.caughtUp();
    await notices().run();
    expect(contents().at(-1)).toBe("A gift of **12.00 EUR**. Thank you!");
  });

  it("goes out though it was ordered by a clock that was days ahead", async () => {
    const { id } = await give();
    const ordered = world.opsDb.updateTable("outbox").where("kind", "=", "donation-notice");
    await ordered.set({ due_at: plusMs(clock.now(), 4 * day) }).execute();
    await notices().run();
    expect(await outcomeOf(id, "donation-notice")).toMatchObject({ outcome: "sent" });
  });

  it("waits as long as Discord asks, all of them, and then goes out", async () => {
    const given = [await give(), await give()];
    const outcomes = () => Promise.all(given.map(({ id }) => outcomeOf(id, "donation-notice")));
    discord.answer({ status: 429, body: { message: "slow", retry_after: 1.25, global: false } });
    const discordLoop = notices();
    await discordLoop.run();
    expect(discord.messages).toHaveLength(1);
    const dueAt = plusMs(clock.now(), 1250);
    // Both came at the same instant, so either is the one that was tried.
    expect(await outcomes()).toContainEqual({ outcome: null, attempts: 0, dueAt });
    clock.set(plusMs(clock.now(), 1200));
    await discordLoop.run();
    expect(discord.messages).toHaveLength(1);
    clock.set(plusMs(clock.now(), 100));
    await discordLoop.run();
    expect(discord.messages).toHaveLength(3);
    expect(await outcomes()).toMatchObject([{ outcome: "sent" }, { outcome: "sent" }]);
  });

  it("stops before Discord has to ask", async () => {
    await give();
    await give();
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "2" };
    discord.answer({ status: 200, headers });
    const discordLoop = notices();
    await discordLoop.run();
    await discordLoop.run();
    expect(discord.messages).toHaveLength(1);
    clock.set(plusMs(clock.now(), 2000));
    await discordLoop.run();
    expect(discord.messages).toHaveLength(2);
  });

  it("tries again when Discord is broken or away", async () => {
    const { id } = await give();
    discord.answer({ status: 502 });
    await notices().run();
    expect(await outcomeOf(id, "donation-notice")).toMatchObject({ outcome: null, attempts: 1 });
    clock.set(plusMs(clock.now(), 2000));
    const away = "http://127.0.0.1:9/api/webhooks/1/x";
    await notices(createDiscordWebhook(away)).run();
    expect(await outcomeOf(id, "donation-notice")).toMatchObject({ outcome: null, attempts: 2 });
    clock.set(plusMs(clock.now(), 4000));
    await notices().run();
    expect(await outcomeOf(id, "donation-notice")).toMatchObject({ outcome: "sent" });
  });

  it("never calls a webhook again that is gone, also not after a restart", async () => {
    const { id } = await give();
    discord.answer({ status: 404, body: { message: "Unknown Webhook", code: 10015 } });
    await notices().run();
    const next = await give();
    await notices().run();
    expect(discord.messages).toHaveLength(1);
    expect(await outcomeOf(id, "donation-notice")).toMatchObject({ outcome: "gone" });
    expect(await outcomeOf(next.id, "donation-notice")).toMatchObject({ outcome: "gone" });
  });

  it("does not come a day late, nor of money in suspense, nor without a webhook", async () => {
    const late = await give();
    clock.set(plusMs(occurredAt, 24 * 3_600_000 + 1));
    await notices().run();
    expect(await outcomeOf(late.id, "donation-notice")).toMatchObject({ outcome: "too-old" });
    expect(await thank()).toEqual([]);
    expect(await outcomeOf(late.id, "thank-you")).toMatchObject({ outcome: "too-old" });
    clock.set(plusMs(occurredAt, 60_000));
    const odd = await give({ suspenseReason: "unattributed" });
    expect(await outcomeOf(odd.id, "donation-notice")).toBeUndefined();
    const unwanted = await give();
    await loop("donation-notice").run();
    expect(await outcomeOf(unwanted.id, "donation-notice")).toMatchObject({ outcome: "nobody" });
    expect(discord.messages).toEqual([]);
  });

  it("goes to Discord alone", () => {
    const good = "https://discord.com/api/webhooks/123/a-b_c";
    expect(
      [good, good.replace("api", "api/v10"), good.replace("//", "//ptb.")].every(isDiscordWebhook),
    ).toBe(true);
    const bad = [
      "http://discord.com/api/webhooks/123/a",
      "https://discord.com.evil.example/api/webhooks/123/a",
      "https://discord.com@evil.example/api/webhooks/123/a",
      "https://discord.com:8443/api/webhooks/123/a",
      "https://discord.com/api/webhooks/../users/1",
      "https://127.0.0.1/api/webhooks/123/a",
      "no url",
    ];
    expect(bad.filter(isDiscordWebhook)).toEqual([]);
    expect(escapeMarkdown("Zoë O'Neil 2")).toBe("Zoë O'Neil 2");
  });
});

describe("the outbox", () => {
  it("lets a mail server that hangs hold up no notice", async () => {
    const ending = new AbortController();
    const { id } = await give({}, "Ana", "ana@example.org");
    let accept: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => {
      accept = resolve;
    });
    const mailer = { send: () => hanging, close: () => undefined };
    const webhook = createDiscordWebhook(discord.url);
    const loops = outboxLoops({ ...world, clock, appUrl, mailer, webhook });
    const { log } = world;
    const running = Promise.all(loops.map((each) => repeat(each, { log, signal: ending.signal })));
    while ((await outcomeOf(id, "donation-notice"))?.outcome !== "sent") await setImmediate();
    expect(await outcomeOf(id, "thank-you")).toMatchObject({ outcome: null, attempts: 0 });
    accept();
    ending.abort();
    await running;
    expect(await outcomeOf(id, "thank-you")).toMatchObject({ outcome: "sent" });
  });
});

describe("an order that was carried out", () => {
  it("is not carried out again, though the outbox was lost and it is ordered again", async () => {
    const { id, stream } = await give({}, "Ana", "ana@example.org");
    await notices().run();
    expect(await thank()).toHaveLength(1);
    const { opsDb } = world;
    await opsDb.deleteFrom("outbox").execute();
    const { events } = await world.store.read(stream);
    for (const stored of events) await orderNotices(opsDb).react(stored);
    expect(await outcomeOf(id, "thank-you")).toMatchObject({ outcome: null });
    await notices().run();
    expect(await thank()).toEqual([]);
    expect(discord.messages).toHaveLength(1);
    expect(await outcomeOf(id, "thank-you")).toMatchObject({ outcome: "sent" });
    expect(await outcomeOf(id, "donation-notice")).toMatchObject({ outcome: "sent" });
  });
});

describe("a thank-you mail", () => {
  it("goes to the address that is known, once, and says what is public", async () => {
    const { id } = await give({ visibility: "shown" }, "Ana", "ana@example.org");
    const [mail, ...more] = await thank();
    expect(more).toEqual([]);
    expect(mail?.to).toBe("ana@example.org");
    expect(mail?.text).toContain("12.00 EUR");
    expect(mail?.text).toContain("Your name is shown");
    expect(mail?.messageId).toBe(`<${reactionId(id, "thank-you")}@obsidian.example>`);
    expect(await thank()).toEqual([]);
    expect(await outcomeOf(id, "thank-you")).toMatchObject({ outcome: "sent" });
  });

  it("goes to the account's address where the provider reported none, and to nobody else", async () => {
    const userId = newId();
    const secret = (text: string) => accountSecret(userId, text);
    const at = occurredAt;
    await handle(
      world.ledger,
      userDecider,
      {
        ...{ type: "RegisterUser", userId, at, termsVersion: "1" },
        email: secret("user@example.org"),
        username: secret("user"),
        passwordHash: secret("$"),
      },
      contextAt(at),
    );
    await give({ userId });
    const anonymous = await give();
    const strange = await give({}, "x", "a@example.org, b@example.org");
    const mails = await thank();
    expect(mails.map(({ to }) => to)).toEqual(["user@example.org"]);
    expect(mails[0]?.text).toContain("Your name is not shown");
    expect(await outcomeOf(anonymous.id, "thank-you")).toMatchObject({ outcome: "nobody" });
    expect(await outcomeOf(strange.id, "thank-you")).toMatchObject({ outcome: "nobody" });
  });

  it("waits for a mail server that is away, however often it is tried", async () => {
    const { id } = await give({}, "Zoë", "zoe@example.org");
    for (let attempts = 1; attempts <= 5; attempts += 1) {
      await loop("thank-you").run();
      expect(await outcomeOf(id, "thank-you")).toMatchObject({ outcome: null, attempts });
      clock.set(plusMs(clock.now(), 60_000));
    }
    expect(await thank()).toHaveLength(1);
    expect(await outcomeOf(id, "thank-you")).toMatchObject({ outcome: "sent" });
  });

  it("does not flood one address: three within an hour, counted when they were sent", async () => {
    const given: string[] = [];
    const giveOnce = async () => {
      const { id } = await give({}, "Ida", "ida@example.org");
      given.push(id);
    };
    const outcomes = async () => {
      const ended = await Promise.all(given.map((id) => outcomeOf(id, "thank-you")));
      return ended.map((end) => end?.outcome);
    };
    await giveOnce();
    await loop("thank-you").run();
    clock.set(plusMs(clock.now(), 2000));
    for (let n = 0; n < 3; n += 1) await giveOnce();
    expect(await thank()).toHaveLength(3);
    expect((await outcomes()).toSorted()).toEqual(["sent", "sent", "sent", "too-many"]);
    clock.set(plusMs(clock.now(), 3_600_000));
    await giveOnce();
    expect(await thank()).toHaveLength(1);
  });
});
