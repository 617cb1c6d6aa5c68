import { DomainError } from "../errors.js";
import {
  apiKeysPerUserMax,
  boundEventsMax,
  dailyProfileChangesMax,
  profileChangesMax,
} from "../limits.js";
import type { Aggregate, Draft, Secret } from "../message.js";
import { dayOf, type Instant, nextMidnight } from "../time.js";
import type {
  ChangePassword,
  EraseUser,
  IssueApiKey,
  RegisterUser,
  RevokeApiKey,
  UpdateProfile,
  UserCommand,
  VerifyEmail,
} from "./commands.js";
import { type UserEvent, userStream } from "./events.js";

export type UserState =
  | { readonly status: "absent" }
  | {
      readonly status: "unverified" | "active";
      readonly activeKeys: Set<string>;
      readonly revokedKeys: Set<string>;
      profileChanges: Counted;
      /** When what one signs in with last changed. */
      signInChangedAt: Instant | undefined;
    }
  | { readonly status: "erased"; readonly endedAt: Instant };
type Present = Extract<UserState, { activeKeys: unknown }>;

interface Counted {
  readonly everTimes: number;
  /** The last day on which it happened, and how often then. */
  readonly day: string;
  readonly dayTimes: number;
}
const never: Counted = { everTimes: 0, day: "", dayTimes: 0 };

function evolve(state: UserState, { type, data }: UserEvent): UserState {
  if (type === "UserRegistered") {
    const keys = { activeKeys: new Set<string>(), revokedKeys: new Set<string>() };
    const changes = { profileChanges: never, signInChangedAt: undefined };
    return { status: "unverified", ...keys, ...changes };
  }
  if (type === "UserErased") return { status: "erased", endedAt: data.private.at };
  if (!isPresent(state)) return state;
  switch (type) {
    case "EmailVerified":
      return { ...state, status: "active" };
    case "ApiKeyIssued":
      state.activeKeys.add(data.private.keyId);
      return state;
    case "ApiKeyRevoked":
      state.activeKeys.delete(data.private.keyId);
      state.revokedKeys.add(data.private.keyId);
      return state;
    case "ProfileUpdated":
      state.profileChanges = countedOn(state.profileChanges, data.private.at);
      return state;
    case "PasswordChanged":
      state.signInChangedAt = data.private.at;
      return state;
  }
}

const countedOn = ({ everTimes, day, dayTimes }: Counted, at: Instant): Counted => ({
  everTimes: everTimes + 1,
  day: dayOf(at),
  dayTimes: day === dayOf(at) ? dayTimes + 1 : 1,
});

const isPresent = (state: UserState): state is Present =>
  state.status === "unverified" || state.status === "active";

function decide(command: UserCommand, state: UserState): Draft<UserEvent>[] {
  if (command.type === "RegisterUser") return register(command, state);
  if (command.type === "EraseUser") return erase(command, state);
  if (!isPresent(state)) throw new DomainError("USER_NOT_FOUND", "This account does not exist.");
  return decidePresent(command, state);
}

function decidePresent(
  command: Exclude<UserCommand, RegisterUser | EraseUser>,
  state: Present,
): Draft<UserEvent>[] {
  switch (command.type) {
    case "VerifyEmail":
      return verifyEmail(command, state);
    case "UpdateProfile":
      return [updateProfile(command, state)];
    case "ChangePassword": {
      const revoked = command.revokeKeys ? [...state.activeKeys] : [];
      const { userId, at } = command;
      const ended = revoked.map((keyId) => keyRevoked({ userId, at, keyId }));
      return [passwordChanged(command), ...ended];
    }
    case "IssueApiKey":
      return issueApiKey(command, state);
    case "RevokeApiKey":
      return revokeApiKey(command, state);
  }
}

function register(command: RegisterUser, state: UserState): Draft<UserEvent>[] {
  if (state.status === "erased") {
    throw new DomainError("USER_NOT_FOUND", "This registration arrived too late. Register again.");
  }
  if (state.status !== "absent") return [];
  const { userId, at, termsVersion, email, username, passwordHash } = command;
  const sealed = { email, username, passwordHash, ...names(command) };
  const event = { public: {}, private: { userId, at, termsVersion }, sealed };
  return [{ type: "UserRegistered", ...event }];
}

/** The link of a confirmed account changes nothing any more, its password least of all. */
function verifyEmail(command: VerifyEmail, state: Present): Draft<UserEvent>[] {
  if (state.status === "active") return [];
  const { userId, at, passwordHash } = command;
  const verified = { public: {}, private: { userId, at }, sealed: {} };
  return [
    ...(passwordHash === undefined ? [] : [passwordChanged({ userId, at, passwordHash })]),
    { type: "EmailVerified", ...verified },
  ];
}

const passwordChanged = ({
  userId,
  at,
  passwordHash,
}: Pick<ChangePassword, "userId" | "at" | "passwordHash">): Draft<UserEvent> => ({
  type: "PasswordChanged",
  public: {},
  private: { userId, at },
  sealed: { passwordHash },
});

const keyRevoked = (about: {
  readonly userId: string;
  readonly at: string;
  readonly keyId: string;
}): Draft<UserEvent> => ({ type: "ApiKeyRevoked", public: {}, private: about, sealed: {} });

/** An open browser is enough for this, and must not use up the history that new keys need. */
function updateProfile(command: UpdateProfile, { profileChanges }: Present): Draft<UserEvent> {
  const { userId, at } = command;
  const { everTimes, day, dayTimes } = profileChanges;
  if (everTimes >= profileChangesMax) {
    const message = `The names were changed ${profileChangesMax} times and stay as they are.`;
    throw new DomainError("HISTORY_FULL", message);
  }
  if (day === dayOf(at) && dayTimes >= dailyProfileChangesMax) {
    const message = `The names were changed ${dailyProfileChangesMax} times today, as often as may be.`;
    throw new DomainError("TOO_MANY_CHANGES", `${message} Again at ${nextMidnight(at)}.`);
  }
  return { type: "ProfileUpdated", public: {}, private: { userId, at }, sealed: names(command) };
}

interface Names {
  firstName?: Secret;
  lastName?: Secret;
}

const names = ({ firstName, lastName }: Names): Names => ({
  ...(firstName !== undefined && { firstName }),
  ...(lastName !== undefined && { lastName }),
});

function issueApiKey(command: IssueApiKey, state: Present): Draft<UserEvent>[] {
  const { userId, at, keyId, keyHash, prefix, name } = command;
  if (state.activeKeys.has(keyId) || state.revokedKeys.has(keyId)) return [];
  if (state.status !== "active") {
    throw new DomainError("EMAIL_NOT_VERIFIED", "Confirm your e-mail address first.");
  }
  if (state.activeKeys.size >= apiKeysPerUserMax) {
    const message = `An account has at most ${apiKeysPerUserMax} keys. Revoke one first.`;
    throw new DomainError("API_KEY_LIMIT_REACHED", message);
  }
  const about = { userId, at, keyId, keyHash, prefix };
  return [{ type: "ApiKeyIssued", public: {}, private: about, sealed: { name } }];
}

function revokeApiKey({ userId, at, keyId }: RevokeApiKey, state: Present): Draft<UserEvent>[] {
  if (state.revokedKeys.has(keyId)) return [];
  if (!state.activeKeys.has(keyId)) {
    throw new DomainError("API_KEY_NOT_FOUND", "You have no such API key.");
  }
  return [keyRevoked({ userId, at, keyId })];
}

function erase(command: EraseUser, state: UserState): Draft<UserEvent>[] {
  const { userId, at, reason, wasNoPayee } = command;
  if (!isErasable(reason, state)) return [];
  const about = { userId, at, reason, ...(wasNoPayee && { wasNoPayee }) };
  return [{ type: "UserErased", public: {}, private: about, sealed: {} }];
}

function isErasable(reason: EraseUser["reason"], state: UserState): boolean {
  switch (reason) {
    case "asked":
      return isPresent(state);
    case "never-verified":
      return state.status === "unverified";
    case "never-registered":
      return state.status === "absent";
  }
}

/** A new password ends the old one. */
function opens(command: UserCommand): boolean {
  switch (command.type) {
    case "RegisterUser":
    case "VerifyEmail":
    case "UpdateProfile":
    case "IssueApiKey":
      return true;
    case "ChangePassword":
    case "RevokeApiKey":
    case "EraseUser":
      return false;
  }
}

export const userDecider: Aggregate<
  Pick<UserCommand, "userId">,
  UserState,
  UserCommand,
  UserEvent
> = {
  streamOf: ({ userId }) => userStream(userId),
  initialState: () => ({ status: "absent" }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.user, opens },
};
