import { describe, expect, it } from "vitest";
import {
  apiKeysPerUserMax,
  dailyProfileChangesMax,
  profileChangesMax,
} from "../../domain/limits.js";
import type { Draft, Secret } from "../../domain/message.js";
import type { UserCommand } from "../../domain/user/commands.js";
import { userDecider } from "../../domain/user/decider.js";
import type { UserEvent } from "../../domain/user/events.js";
import { deciderSpec, stateAfter } from "../support/deciderSpec.js";

const given = deciderSpec(userDecider);
const userId = "5f0d2c4a-4f43-4a51-9a8f-6d5b1f2f0a11";
const at = "2026-11-22T16:00:00.000Z";
const about = { userId, at };
const secret = (text: string): Secret => ({ personId: userId, purpose: "account", text });

const [email, username, passwordHash] = ["ana@example.org", "ana", "$argon2id$"].map(secret) as [
  Secret,
  Secret,
  Secret,
];
const register: UserCommand = {
  type: "RegisterUser",
  ...about,
  termsVersion: "2026-11",
  email,
  username,
  passwordHash,
};
const registered: Draft<UserEvent> = {
  type: "UserRegistered",
  public: {},
  private: { ...about, termsVersion: "2026-11" },
  sealed: { email, username, passwordHash },
};
const plain = (type: "EmailVerified"): Draft<UserEvent> => ({
  type,
  public: {},
  private: about,
  sealed: {},
});
const verified = plain("EmailVerified");
const keyIdOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const key = (n: number) => ({ keyId: keyIdOf(n), keyHash: "a".repeat(64), prefix: "abcdef" });
const issue = (n: number): UserCommand => ({
  type: "IssueApiKey",
  ...about,
  ...key(n),
  name: secret("Studio"),
});
const issued = (n: number): Draft<UserEvent> => ({
  type: "ApiKeyIssued",
  public: {},
  private: { ...about, ...key(n) },
  sealed: { name: secret("Studio") },
});
const revoke = (n: number): UserCommand => ({ type: "RevokeApiKey", ...about, keyId: keyIdOf(n) });
const revoked = (n: number): Draft<UserEvent> => ({
  type: "ApiKeyRevoked",
  public: {},
  private: { ...about, keyId: keyIdOf(n) },
  sealed: {},
});
type Reason = Extract<UserCommand, { type: "EraseUser" }>["reason"];
const erase = (reason: Reason): UserCommand => ({ type: "EraseUser", ...about, reason });
const erased = (reason: Reason): Draft<UserEvent> => ({
  type: "UserErased",
  public: {},
  private: { ...about, reason },
  sealed: {},
});

describe("registering", () => {
  it("writes the account once", () => {
    given().when(register).thenEvents(registered);
    given(registered).when(register).thenNothing();
  });
  it("puts nothing about the person outside of what is sealed", () => {
    const [event] = userDecider.decide(register, userDecider.initialState());
    const clear = JSON.stringify([event?.public, event?.private]);
    for (const { text } of [email, username, passwordHash]) expect(clear).not.toContain(text);
  });
  it("comes too late once the sweep has closed the stream", () => {
    given(erased("never-registered")).when(register).thenRejects("USER_NOT_FOUND");
  });
});

describe("confirming the address", () => {
  it("happens once", () => {
    const verify: UserCommand = { type: "VerifyEmail", ...about };
    given(registered).when(verify).thenEvents(verified);
    given(registered, verified).when(verify).thenNothing();
  });
  it("with a new password sets it in the same write, and never for a confirmed account", () => {
    const sealed = { passwordHash: secret("$argon2id$new") };
    const verify: UserCommand = { type: "VerifyEmail", ...about, ...sealed };
    const changed = { type: "PasswordChanged" as const, public: {}, private: about, sealed };
    given(registered).when(verify).thenEvents(changed, verified);
    given(registered, verified).when(verify).thenNothing();
  });
  it("needs an account", () => {
    given()
      .when({ type: "VerifyEmail", ...about })
      .thenRejects("USER_NOT_FOUND");
  });
});

describe("API keys", () => {
  it("need a confirmed address", () => {
    given(registered).when(issue(1)).thenRejects("EMAIL_NOT_VERIFIED");
    given(registered, verified).when(issue(1)).thenEvents(issued(1));
  });
  it("are issued once each", () => {
    given(registered, verified, issued(1)).when(issue(1)).thenNothing();
  });
  it("are limited in number, and a revoked one makes room", () => {
    const full = Array.from({ length: apiKeysPerUserMax }, (_, n) => issued(n));
    given(registered, verified, ...full)
      .when(issue(99))
      .thenRejects("API_KEY_LIMIT_REACHED");
    given(registered, verified, ...full, revoked(0))
      .when(issue(99))
      .thenEvents(issued(99));
  });
  it("are revoked once, and only by their owner", () => {
    given(registered, verified, issued(1)).when(revoke(1)).thenEvents(revoked(1));
    given(registered, verified, issued(1), revoked(1)).when(revoke(1)).thenNothing();
    given(registered, verified).when(revoke(1)).thenRejects("API_KEY_NOT_FOUND");
  });
});

describe("erasing an account", () => {
  it("ends it for good", () => {
    given(registered, verified).when(erase("asked")).thenEvents(erased("asked"));
    given(registered, erased("asked")).when(erase("asked")).thenNothing();
    given(registered, verified, erased("asked")).when(issue(1)).thenRejects("USER_NOT_FOUND");
  });
  it("for want of confirmation gives up when the address was confirmed meanwhile", () => {
    given(registered).when(erase("never-verified")).thenEvents(erased("never-verified"));
    given(registered, verified).when(erase("never-verified")).thenNothing();
  });
  it("of a registration that never came closes an empty stream only", () => {
    given().when(erase("never-registered")).thenEvents(erased("never-registered"));
    given(registered).when(erase("never-registered")).thenNothing();
  });
});

describe("changing what is known", () => {
  it("replaces the names", () => {
    const firstName = secret("Ana");
    given(registered, verified)
      .when({ type: "UpdateProfile", ...about, firstName })
      .thenEvents({ type: "ProfileUpdated", public: {}, private: about, sealed: { firstName } });
  });
  describe("of the names", () => {
    const renamed = (day: number): Draft<UserEvent> => ({
      type: "ProfileUpdated",
      public: {},
      private: { ...about, at: new Date(Date.parse(at) + day * 86_400_000).toISOString() },
      sealed: {},
    });
    const rename: UserCommand = { type: "UpdateProfile", ...about };
    const today = Array.from({ length: dailyProfileChangesMax }, () => renamed(0));

    it("happens so often on a day, and again on the next", () => {
      given(registered, verified, ...today.slice(1))
        .when(rename)
        .thenEvents(renamed(0));
      given(registered, verified, ...today)
        .when(rename)
        .thenRejects("TOO_MANY_CHANGES");
      const yesterday = today.map(() => renamed(-1));
      given(registered, verified, ...yesterday)
        .when(rename)
        .thenEvents(renamed(0));
    });
    it("happens so often in a life that room for new keys is left", () => {
      const ever = Array.from({ length: profileChangesMax }, (_, change) => renamed(-1 - change));
      given(registered, verified, ...ever)
        .when(rename)
        .thenRejects("HISTORY_FULL");
      given(registered, verified, ...ever)
        .when(issue(1))
        .thenEvents(issued(1));
    });
    it("hinders nothing that ends something", () => {
      given(registered, verified, issued(1), ...today)
        .when(revoke(1))
        .thenEvents(revoked(1));
      given(registered, verified, ...today)
        .when(erase("asked"))
        .thenEvents(erased("asked"));
    });
  });
  it("sets a new password, also before the address is confirmed", () => {
    const sealed = { passwordHash: secret("$argon2id$new") };
    given(registered)
      .when({ type: "ChangePassword", ...about, ...sealed, revokeKeys: false })
      .thenEvents({ type: "PasswordChanged", public: {}, private: about, sealed });
  });
  it("sets a new password and, if asked to, revokes every key that is active", () => {
    const sealed = { passwordHash: secret("$argon2id$new") };
    const changed = { type: "PasswordChanged" as const, public: {}, private: about, sealed };
    const keys = [issued(1), issued(2), issued(3), revoked(2)];
    const change = { type: "ChangePassword" as const, ...about, ...sealed };
    given(registered, verified, ...keys)
      .when({ ...change, revokeKeys: true })
      .thenEvents(changed, revoked(1), revoked(3));
    given(registered, verified, ...keys)
      .when({ ...change, revokeKeys: false })
      .thenEvents(changed);
  });
  it("is not possible for nobody", () => {
    expect(stateAfter(userDecider, [])).toEqual({ status: "absent" });
    given()
      .when({ type: "UpdateProfile", ...about })
      .thenRejects("USER_NOT_FOUND");
  });
});
