import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle, load } from "../../commands/handle.js";
import { confirmAddress } from "../../commands/user/confirmAddress.js";
import { isCurrentPassword } from "../../commands/user/currentPassword.js";
import { eraseUser } from "../../commands/user/eraseUser.js";
import { issueApiKey } from "../../commands/user/issueApiKey.js";
import { register } from "../../commands/user/register.js";
import { setNewPassword } from "../../commands/user/setNewPassword.js";
import { signIn } from "../../commands/user/signIn.js";
import { updateProfile } from "../../commands/user/updateProfile.js";
import { userTermsVersion } from "../../domain/terms.js";
import { userDecider } from "../../domain/user/decider.js";
import { userStream } from "../../domain/user/events.js";
import {
  type EventStore,
  EventStoreUnavailableError,
} from "../../platform/eventStore/eventStore.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import { newId } from "../../platform/ids.js";
import { hashPassword, isPassword } from "../../platform/keys/passwords.js";
import { isDenied } from "../../platform/redis/denyList.js";
import { issueMailToken } from "../../platform/redis/mailTokens.js";
import { createSessions } from "../../platform/redis/sessions.js";
import { createSignInDelays } from "../../platform/redis/signInDelays.js";
import { openField } from "../../platform/vault/openField.js";
import { openedAt as at, contextAt, openWorld, type World } from "../support/world.js";

let world: World;
let deps: World & {
  sessions: ReturnType<typeof createSessions>;
  signInDelays: ReturnType<typeof createSignInDelays>;
};
beforeAll(async () => {
  world = await openWorld();
  const sessions = createSessions(world.redis, Buffer.alloc(32), 3600);
  deps = { ...world, sessions, signInDelays: createSignInDelays(world.redis) };
});
afterAll(() => world.close());

const origin = { at, correlationId: "of the request" };
const first = "the first long passphrase";
const block = "a block";
const here = { block, revokeKeys: false };

async function registered() {
  const userId = newId();
  const username = userId.slice(0, 12);
  const names = { userId, username, email: `${username}@example.org` };
  const account = { ...names, passwordHash: await hashPassword(first, "here") };
  await register(world, { ...account, termsVersion: userTermsVersion }, contextAt(at));
  return names;
}
const eventsOf = async (userId: string) => (await world.store.read(userStream(userId))).events;
const typesOf = async (userId: string) => (await eventsOf(userId)).map(({ event }) => event.type);

describe("confirming an address", () => {
  it("works once with the link of the mail, as part of the request", async () => {
    const { userId } = await registered();
    const token = await issueMailToken(world.redis, "verify-email", userId);
    const confirm = () =>
      confirmAddress(deps, { token, password: { chosen: first }, block }, origin);
    expect(await confirm()).toMatchObject({ outcome: "done" });
    expect(await confirm()).toEqual({ outcome: "bad-link" });
    const verified = firstOf(await eventsOf(userId), "EmailVerified");
    expect(verified?.correlationId).toBe("of the request");
  });
});

describe("setting a new password", () => {
  const linkOf = (userId: string) => issueMailToken(world.redis, "reset-password", userId);

  it("looks at the link first, and leaves it good after a common password", async () => {
    const { userId } = await registered();
    const token = await linkOf(userId);
    const password = "19911991".repeat(32);
    const madeUp = { token: "made up", password };
    expect(await setNewPassword(deps, { ...madeUp, ...here }, origin)).toEqual({
      outcome: "bad-link",
    });
    const common = await setNewPassword(deps, { token, password, ...here }, origin);
    expect(common).toEqual({ outcome: "common-password" });
    const done = await setNewPassword(
      deps,
      { token, password: "a good passphrase", ...here },
      origin,
    );
    expect(done).toMatchObject({ outcome: "done" });
    const changed = firstOf(await eventsOf(userId), "PasswordChanged");
    const hash = changed && (await openField(world.ledger.vault, changed, "passwordHash"));
    expect(await isPassword(hash ?? "", "a good passphrase", "here")).toBe(true);
  });

  it("happens once when a link is used twice at the same moment", async () => {
    const { userId } = await registered();
    const token = await linkOf(userId);
    const uses = ["the second passphrase", "the third passphrase"].map((password) =>
      setNewPassword(deps, { token, password, ...here }, origin),
    );
    const outcomes = (await Promise.all(uses)).map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(["bad-link", "done"]);
    expect(await typesOf(userId)).toEqual(["UserRegistered", "PasswordChanged"]);
  });
});

describe("a link that is followed while the event store is away", () => {
  const good = "a good passphrase";
  const other = "another passphrase";

  /** Appends once, or not even that, and answers nothing from then on. */
  function goneAt(append: "before" | "after"): typeof deps {
    const gone = new EventStoreUnavailableError("away");
    let isGone = false;
    const store: EventStore = {
      ...world.store,
      read: (stream) => (isGone ? Promise.reject(gone) : world.store.read(stream)),
      append: async (...args) => {
        if (append === "after" && !isGone) await world.store.append(...args);
        isGone = true;
        throw gone;
      },
    };
    return { ...deps, ledger: { ...world.ledger, store } };
  }

  it.each(["before", "after"] as const)("sets the password later, lost %s it", async (lost) => {
    const { userId } = await registered();
    const openedBy = (await eventsOf(userId))[0]?.id ?? "";
    const old = await deps.sessions.start(userId, at, openedBy);
    const token = await issueMailToken(world.redis, "reset-password", userId);
    const reset = (by: typeof deps, password: string) =>
      setNewPassword(by, { token, password, ...here }, origin);
    await expect(reset(goneAt(lost), good)).rejects.toThrow(EventStoreUnavailableError);
    if (lost === "after") expect(await reset(deps, other)).toEqual({ outcome: "bad-link" });
    const chosen = (await eventsOf(userId))[1]?.id;
    const own = chosen && (await deps.sessions.start(userId, at, chosen));
    expect(await reset(deps, good)).toMatchObject({ outcome: "done" });
    expect(await reset(deps, good)).toEqual({ outcome: "bad-link" });
    expect(await typesOf(userId)).toEqual(["UserRegistered", "PasswordChanged"]);
    expect(await isCurrentPassword(world.ledger, userId, { password: good, block: "here" })).toBe(
      true,
    );
    expect(await deps.sessions.find(old.sessionId)).toBeUndefined();
    if (own) expect(await deps.sessions.find(own.sessionId)).toBeDefined();
  });

  it.each(["before", "after"] as const)("confirms the address later, lost %s it", async (lost) => {
    const { userId } = await registered();
    const token = await issueMailToken(world.redis, "verify-email", userId);
    const confirm = (by: typeof deps, fresh: string) =>
      confirmAddress(by, { token, password: { fresh }, block }, origin);
    await expect(confirm(goneAt(lost), good)).rejects.toThrow(EventStoreUnavailableError);
    if (lost === "after") expect(await confirm(deps, other)).toEqual({ outcome: "bad-link" });
    expect(await confirm(deps, good)).toMatchObject({ outcome: "done" });
    expect(await confirm(deps, good)).toEqual({ outcome: "bad-link" });
    const types = ["UserRegistered", "PasswordChanged", "EmailVerified"];
    expect(await typesOf(userId)).toEqual(types);
    expect(await isCurrentPassword(world.ledger, userId, { password: good, block: "here" })).toBe(
      true,
    );
  });

  it("ends keys too when that is asked for only the second time", async () => {
    const { userId } = await registered();
    await handle(world.ledger, userDecider, { type: "VerifyEmail", userId, at }, contextAt(at));
    const { keyId } = await issueApiKey(world.ledger, { userId, name: "plugin" }, contextAt(at));
    const token = await issueMailToken(world.redis, "reset-password", userId);
    const asked = { token, password: good, block };
    const lost = setNewPassword(goneAt("after"), { ...asked, revokeKeys: false }, origin);
    await expect(lost).rejects.toThrow(EventStoreUnavailableError);
    const done = await setNewPassword(deps, { ...asked, revokeKeys: true }, origin);
    expect(done).toMatchObject({ outcome: "done", activeKeys: 0 });
    expect(await isDenied(world.redis, { userId, keyId })).toBe(true);
  });
});

describe("changing a profile", () => {
  it("appends nothing when the names are the same, and notices when one is gone", async () => {
    const { userId } = await registered();
    const update = (firstName?: string, lastName?: string) =>
      updateProfile(world.ledger, { userId, firstName, lastName }, contextAt(at));
    expect(await update()).toBeUndefined();
    expect(await update("Ana", "Souza")).toBeTypeOf("bigint");
    expect(await update("Ana", "Souza")).toBeUndefined();
    expect(await update("Ana")).toBeTypeOf("bigint");
    expect(await update("Ana")).toBeUndefined();
    const updated = ["ProfileUpdated", "ProfileUpdated"];
    expect(await typesOf(userId)).toEqual(["UserRegistered", ...updated]);
  });

  it("of an erased account is refused, whatever the names", async () => {
    const { userId } = await registered();
    await eraseUser(deps, { userId, wasNoPayee: undefined }, contextAt(at));
    const nameless = { userId, firstName: undefined, lastName: undefined };
    const update = updateProfile(world.ledger, nameless, contextAt(at));
    await expect(update).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
  });
});

describe("signing in", () => {
  it("finds an account by either name, and refuses alike whatever is wrong", async () => {
    const { userId, email, username } = await registered();
    const attempt = (login: string, password: string) =>
      signIn(deps, { login, password, block }, at);

    expect(await attempt(email, first)).toEqual({ outcome: "refused" });
    // No projector runs here: what it knows is not asked.
    const verify = { type: "VerifyEmail" as const, userId, at };
    await handle(world.ledger, userDecider, verify, contextAt(at));
    expect(await attempt(email, "another passphrase")).toEqual({ outcome: "refused" });
    expect(await attempt("nobody@example.org", first)).toEqual({ outcome: "refused" });
    const session = { userId, signedInAt: at };
    for (const login of [email, username.toUpperCase()]) {
      expect(await attempt(login, first)).toMatchObject({ outcome: "signed-in", session });
    }
    for (let n = 0; n < 6; n += 1) await attempt(username, "a wrong guess");
    expect(await attempt(username, first)).toMatchObject({ outcome: "too-soon" });
  });
});

describe("erasing an account", () => {
  it("ends its sessions, keys and links at once, before any reaction", async () => {
    const { userId } = await registered();
    const session = await deps.sessions.start(userId, at, newId());
    const token = await issueMailToken(world.redis, "reset-password", userId);
    await eraseUser(deps, { userId, wasNoPayee: undefined }, contextAt(at));
    expect(await deps.sessions.find(session.sessionId)).toBeUndefined();
    expect(await isDenied(world.redis, { userId })).toBe(true);
    const used = await setNewPassword(
      deps,
      { token, password: "a good passphrase", ...here },
      origin,
    );
    expect(used).toEqual({ outcome: "bad-link" });
    expect((await load(world.store, userDecider, { userId })).state.status).toBe("erased");
  });
});
