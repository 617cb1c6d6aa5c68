import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { openPayoutAccount } from "../../commands/operator/openPayoutAccount.js";
import { readAccountFacts } from "../../commands/operator/payoutStanding.js";
import { mailTokenMs, minute, payoutHoldMs } from "../../domain/limits.js";
import { payoutHoldsOf } from "../../domain/operator/holds.js";
import { plusMs } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import { type Account, call, makeAccount, password, tokenMailedTo } from "../support/account.js";
import { fakeClock } from "../support/fakeClock.js";
import { ibanOf } from "../support/ibans.js";
import { sendStripe, testPayments, until, webhookEnd } from "../support/payments.js";
import { payoutMailsOf, press } from "../support/payoutMails.js";
import { openServer, type TestServer } from "../support/server.js";
import { connectedAccount, type StripeStub, startStripeStub } from "../support/stripeStub.js";

let iban: string;
let otherIban: string;
let people = 0;
const path = "/operator/payout-account";
const details = { legal_name: "Ana Moreno", country: "DE", standing: "private" };

let server: TestServer;
let stripe: StripeStub;
let mails: ReturnType<typeof payoutMailsOf>;
const clock = fakeClock(new Date().toISOString());
const started = clock.now();
beforeAll(async () => {
  stripe = await startStripeStub();
  server = await openServer({ clock, payments: testPayments({ stripeUrl: stripe.url }) });
  mails = payoutMailsOf(server);
});
afterAll(async () => {
  await server.close();
  await stripe.close();
});

let owner: Account;
let ownerId: string;
beforeEach(async () => {
  clock.set(started);
  people += 1;
  [iban, otherIban] = [ibanOf(532_013_000 + people), ibanOf(700_000 + people)];
  owner = await makeAccount(server);
  ownerId = String(
    (await call(server, "GET", "/auth/me", { token: owner.accessToken })).data["user_id"],
  );
});

const sepa = (of: string) => ({ method: "sepa", iban: of, holder: "Ana Moreno" });
const put = (body: object, { token = owner.accessToken, secret = password } = {}) =>
  call(server, "PUT", path, { token, body: { ...body, password: secret } });
const get = () => call(server, "GET", path, { token: owner.accessToken });
const codesAt = async (at: string): Promise<string[]> => {
  const { state } = await openPayoutAccount(server.ledger, ownerId);
  const ofAccount = await readAccountFacts(server.ledger, ownerId);
  const facts = { ...ofAccount, isFormDue: false, isSuspended: false };
  return payoutHoldsOf(state, facts, at).map(({ code }) => code);
};
const destination = async () =>
  (await openPayoutAccount(server.ledger, ownerId)).account?.destination;

async function named(of = iban): Promise<void> {
  expect((await put(sepa(of))).status).toBe(200);
  const token = await mails.link("confirm-payout-account", owner.email);
  expect((await press(server, "confirm-payout-account", token)).status).toBe(200);
}

describe("a bank account", () => {
  it("is in force once the link in the mail is pressed, and paid a week later", async () => {
    const asked = await put(sepa(` ${iban.toLowerCase().replace(/(.{4})/g, "$1 ")}`));
    expect(asked.data).toEqual({ status: "waits", missing: ["owner-mail"], onboarding_url: null });
    expect(await destination()).toBeUndefined();
    const token = await mails.link("confirm-payout-account", owner.email);
    // A scanner of mails opens links.
    const page = await fetch(`${server.url}/confirm-payout-account?token=${token}`);
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(await destination()).toBeUndefined();
    expect((await press(server, "confirm-payout-account", token)).text).toContain("Confirmed");
    expect(await destination()).toBe(iban);

    const put2 = await call(server, "PUT", "/operator/payee-details", {
      token: owner.accessToken,
      body: details,
    });
    expect(put2.status).toBe(200);
    const { data } = await get();
    expect(data["account"]).toMatchObject({
      method: "sepa",
      country: "DE",
      shown: `…${iban.slice(-4)}`,
    });
    expect(data["details"]).toEqual(details);
    expect(data["holds"]).toEqual([
      expect.objectContaining({ code: "CHANGED_LATELY", until: plusMs(clock.now(), payoutHoldMs) }),
    ]);
    expect(JSON.stringify(data)).not.toContain(iban);
    expect(await codesAt(plusMs(clock.now(), payoutHoldMs))).toEqual([]);
  });

  it("asked for twice sends one mail, and one in force sends none", async () => {
    await put(sepa(iban));
    await put(sepa(iban));
    const token = await mails.link("confirm-payout-account", owner.email);
    await press(server, "confirm-payout-account", token);
    expect((await put(sepa(iban))).data["status"]).toBe("in-force");
    const { events } = await server.store.read(`operator-${ownerId}`);
    expect(events.filter(({ event }) => event.type === "PayoutAccountLinked")).toHaveLength(1);
  });

  it("is refused with a wrong digit, outside SEPA, or without its holder", async () => {
    for (const wrong of ["DE89370400440532013001", "BR1800360305000010009795493C1", "x"]) {
      expect(await put(sepa(wrong))).toMatchObject({ status: 422, field: "iban" });
    }
    expect(await put({ method: "sepa", iban })).toMatchObject({ status: 422, field: "holder" });
    expect((await put({ method: "manual", destination: "cash" })).status).toBe(422);
  });

  it("is removed, and then nothing is paid", async () => {
    await named();
    const gone = await call(server, "DELETE", path, {
      token: owner.accessToken,
      body: { password },
    });
    expect(gone.status).toBe(200);
    expect(await destination()).toBeUndefined();
    expect(await codesAt(clock.now())).toContain("NO_ACCOUNT");
    expect(await mails.link("freeze-payouts", owner.email)).toBeDefined();
  });
});

describe("a PayPal account", () => {
  const paypal = () => `paypal-${newId()}@example.org`;
  it("is in force once both its own mail and the owner's are answered", async () => {
    const email = paypal();
    await put({ method: "paypal", email, country: "ES" });
    const own = await mails.link("confirm-payout-account", owner.email);
    const theirs = await mails.link("confirm-paypal-account", email);
    expect((await press(server, "confirm-payout-account", theirs)).status).toBe(422);
    expect((await press(server, "confirm-paypal-account", own)).status).toBe(422);
    await press(server, "confirm-payout-account", own);
    expect(await destination()).toBeUndefined();
    await press(server, "confirm-paypal-account", theirs);
    expect(await destination()).toBe(email);
  });

  it("hears of the one that is to take its place, at once", async () => {
    const email = paypal();
    await put({ method: "paypal", email, country: "ES" });
    const token = await mails.link("confirm-payout-account", owner.email);
    await press(server, "confirm-payout-account", token);
    await press(
      server,
      "confirm-paypal-account",
      await mails.link("confirm-paypal-account", email),
    );
    await put(sepa(iban));
    expect(
      (await press(server, "freeze-payouts", await mails.link("freeze-payouts", email))).status,
    ).toBe(200);
    expect(await codesAt(clock.now())).toContain("FROZEN");
  });

  it("named by somebody else is not theirs, and its owner is not held", async () => {
    const email = paypal();
    const thief = await makeAccount(server);
    await put({ method: "paypal", email, country: "ES" }, { token: thief.accessToken });
    const theirs = await mails.link("confirm-payout-account", thief.email);
    await press(server, "confirm-payout-account", theirs);
    await put({ method: "paypal", email, country: "ES" });
    await press(
      server,
      "confirm-payout-account",
      await mails.link("confirm-payout-account", owner.email),
    );
    await press(
      server,
      "confirm-paypal-account",
      await mails.link("confirm-paypal-account", email),
    );
    expect(await codesAt(clock.now())).not.toContain("PAYEE_SHARED");
  });
});

describe("an account at Stripe", () => {
  const tell = async (account: { readonly id: string }) => {
    const event = {
      ...{ id: `evt_${newId()}`, object: "event", type: "account.updated", livemode: false },
      ...{ created: Math.floor(Date.now() / 1000), account: account.id, data: { object: account } },
    };
    expect((await sendStripe(server, event)).status).toBe(200);
    return webhookEnd(server, "stripe", event.id);
  };
  const updated = async (id: string, isPayable: boolean) => {
    const account = connectedAccount(id, ownerId, isPayable);
    stripe.put(account);
    expect((await tell(account)).at(-1)).toBe("WebhookBooked");
  };

  it("is made by us, and in force once Stripe and the owner said so", async () => {
    const asked = await put({ method: "stripe", country: "FR" });
    expect(asked.data).toMatchObject({ status: "waits", missing: ["stripe", "owner-mail"] });
    expect(asked.data["onboarding_url"]).toContain("https://onboarding.example/acct_");
    const id = `acct_${ownerId.slice(0, 8)}FR`;
    await updated(id, false);
    await press(
      server,
      "confirm-payout-account",
      await mails.link("confirm-payout-account", owner.email),
    );
    expect(await destination()).toBeUndefined();
    await updated(id, true);
    expect(await destination()).toBe(id);

    await updated(id, false);
    expect(await codesAt(clock.now())).toContain("UNVERIFIED");
    await updated(id, true);
    expect(await codesAt(clock.now())).not.toContain("UNVERIFIED");
  });

  it("that somebody else says is theirs is not", async () => {
    await put({ method: "stripe", country: "FR" });
    const stranger = connectedAccount("acct_stranger", ownerId, true);
    stripe.put(stranger);
    expect((await tell(stranger)).at(-1)).toBe("WebhookBooked");
    await press(
      server,
      "confirm-payout-account",
      await mails.link("confirm-payout-account", owner.email),
    );
    expect(await destination()).toBeUndefined();
    expect(await tell(connectedAccount("acct_none", null, true))).toContain("WebhookIgnored");
  });

  it("gets new links, as long as it is the one", async () => {
    const link = () =>
      call(server, "POST", `${path}/onboarding-link`, { token: owner.accessToken });
    expect((await link()).code).toBe("NOT_FOUND");
    const first = (await put({ method: "stripe", country: "FR" })).data["onboarding_url"];
    expect((await link()).data["onboarding_url"]).not.toBe(first);
  });

  it("is made in no country that Stripe does not serve", async () => {
    const refused = await put({ method: "stripe", country: "KP" });
    expect(refused).toMatchObject({ status: 422, code: "INVALID_COUNTRY" });
  });
});

describe("whoever took over an account", () => {
  /** The whole of it: the owner hears, stops it, and nothing is ever payable to the thief meanwhile. */
  async function stoppedBy(freezeToken: string): Promise<void> {
    expect((await press(server, "freeze-payouts", freezeToken)).status).toBe(200);
    const long = plusMs(clock.now(), 52 * payoutHoldMs);
    expect(await codesAt(long)).toContain("FROZEN");
  }

  beforeEach(async () => {
    await named();
    const body = details;
    await call(server, "PUT", "/operator/payee-details", { token: owner.accessToken, body });
    await until(async () => mails.kept.find(({ to }) => to === owner.email) ?? (await sent()));
    clock.set(plusMs(clock.now(), payoutHoldMs));
    expect(await codesAt(clock.now())).toEqual([]);
    const login = { email: owner.email, password };
    const { data } = await call(server, "POST", "/auth/login", { body: login });
    owner = { ...owner, accessToken: String(data["access_token"]) };
  });
  async function sent() {
    mails.kept.push(...(await server.sendMails()));
    return undefined;
  }

  it("with the password alone changes nothing: the mail decides, and can stop it", async () => {
    await put(sepa(otherIban));
    expect(await destination()).toBe(iban);
    expect(await codesAt(clock.now())).toEqual([]);
    await stoppedBy(await mails.link("freeze-payouts", owner.email));
  });

  it("with a session alone can change nothing at all", async () => {
    expect((await put(sepa(otherIban), { secret: "wrong, and long enough" })).code).toBe(
      "INVALID_PASSWORD",
    );
    clock.set(plusMs(clock.now(), 6 * minute));
    expect((await put(sepa(otherIban))).code).toBe("SIGN_IN_AGAIN");
    const remove = { token: owner.accessToken, body: { password } };
    expect((await call(server, "DELETE", path, remove)).code).toBe("SIGN_IN_AGAIN");
  });

  it("with the mailbox too is held for a week from the change, and stopped by the owner", async () => {
    await named(otherIban);
    const changed = clock.now();
    const later = plusMs(changed, payoutHoldMs - 1);
    expect(await codesAt(later)).toEqual(["CHANGED_LATELY"]);
    await stoppedBy(await mails.link("freeze-payouts", owner.email));
  });

  it("and ends it before the owner reads a mail is paid nothing, ever", async () => {
    await named(otherIban);
    const erase = await call(server, "DELETE", "/user/profile", { token: owner.accessToken });
    expect(erase.status).toBe(200);
    const long = plusMs(clock.now(), 52 * payoutHoldMs);
    expect(await codesAt(long)).toEqual(["CHANGED_LATELY"]);
  });

  it("by a new password is held for a week, and the owner hears of it", async () => {
    const body = { email: owner.email };
    await call(server, "POST", "/auth/forgot-password", { body });
    const token = await tokenMailedTo(server, owner.email);
    const fresh = "another correct horse battery";
    const reset = { token, password: fresh };
    expect((await call(server, "POST", "/auth/reset-password", { body: reset })).status).toBe(200);
    expect(await codesAt(plusMs(clock.now(), payoutHoldMs - 1))).toEqual(["SIGN_IN_CHANGED"]);
    await stoppedBy(await mails.link("freeze-payouts", owner.email));
  });

  it("can't end the freeze, nor is what waited in force by an old link", async () => {
    await put(sepa(otherIban));
    const confirm = await mails.link("confirm-payout-account", owner.email);
    await call(server, "POST", `${path}/freeze`, { token: owner.accessToken });
    expect((await press(server, "confirm-payout-account", confirm)).status).toBe(422);
    expect(await destination()).toBe(iban);
    await named(otherIban);
    expect(await codesAt(plusMs(clock.now(), 2 * payoutHoldMs))).toEqual(["FROZEN"]);
  });
});

describe("a link", () => {
  it("that is made up, of another use, or too old does nothing", async () => {
    await put(sepa(iban));
    const token = await mails.link("confirm-payout-account", owner.email);
    const changed = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
    for (const wrong of ["", "x", changed, token.slice(0, -1), `${token}A`]) {
      expect((await press(server, "confirm-payout-account", wrong)).status).toBe(422);
    }
    expect((await press(server, "freeze-payouts", token)).status).toBe(422);
    clock.set(plusMs(clock.now(), mailTokenMs + minute));
    expect((await press(server, "confirm-payout-account", token)).status).toBe(422);
    expect(await destination()).toBeUndefined();
  });
  it("confirms only the account that its mail is about", async () => {
    await put(sepa(iban));
    const first = await mails.link("confirm-payout-account", owner.email);
    await put(sepa(otherIban));
    expect((await press(server, "confirm-payout-account", first)).status).toBe(422);
    expect(await destination()).toBeUndefined();
  });
});

describe("a server without Stripe", () => {
  it("makes no accounts there, and says so", async () => {
    const bare = await openServer({ payments: { ...testPayments(), connect: undefined } });
    onTestFinished(() => bare.close());
    const { accessToken: token } = await makeAccount(bare);
    const body = { method: "stripe", country: "FR", password };
    const refused = await call(bare, "PUT", path, { token, body });
    expect(refused).toMatchObject({ status: 409, code: "PAYOUT_METHOD_NOT_CONFIGURED" });
  });
});
