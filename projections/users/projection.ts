import type { LedgerEventOf } from "../../domain/ledger.js";
import { locate } from "../../platform/vault/located.js";
import type { Sealing } from "../../platform/vault/openField.js";
import { choiceColumn } from "../choiceColumn.js";
import { keyedProjection } from "../keyedProjection.js";

const statuses = ["unverified", "active", "erased"] as const;

/** Answers "who is this account?" What is about the person stays sealed; see vault/located.ts. */
export type UserRow = {
  readonly user_id: string;
  readonly status: (typeof statuses)[number];
  readonly registered_at: string;
  readonly verified_at: string | null;
  readonly terms_version: string;
  readonly email: string | null;
  readonly username: string | null;
  readonly password_hash: string | null;
  /** Null while the password is the one of the registration. */
  readonly password_changed_at: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_user: UserRow;
  }
}

const ofUser = {
  key: (event: { data: { private: { userId: string } } }) => [event.data.private.userId],
};

const names = (stored: Sealing<LedgerEventOf<"UserRegistered" | "ProfileUpdated">>) => ({
  first_name: locate(stored, "firstName"),
  last_name: locate(stored, "lastName"),
});

export const users = keyedProjection<
  UserRow,
  "UserRegistered" | "EmailVerified" | "ProfileUpdated" | "PasswordChanged" | "UserErased"
>({
  name: "users",
  version: 3,
  table: "read_user",
  primaryKey: ["user_id"],
  group: "accounts",
  aboutMoney: false,
  columns: `
    user_id CHAR(36) CHARACTER SET ascii NOT NULL,
    status ${choiceColumn(statuses, 16)},
    registered_at CHAR(24) CHARACTER SET ascii NOT NULL,
    verified_at CHAR(24) CHARACTER SET ascii NULL,
    terms_version VARCHAR(32) NOT NULL,
    email TEXT CHARACTER SET ascii NULL,
    username TEXT CHARACTER SET ascii NULL,
    password_hash TEXT CHARACTER SET ascii NULL,
    password_changed_at CHAR(24) CHARACTER SET ascii NULL,
    first_name TEXT CHARACTER SET ascii NULL,
    last_name TEXT CHARACTER SET ascii NULL,
    PRIMARY KEY (user_id),
    KEY waiting (status, registered_at),
    KEY ended (status, user_id),
    KEY password_changed (password_changed_at, user_id)`,
  handlers: {
    UserRegistered: {
      ...ofUser,
      fold: (_row, stored) => ({
        user_id: stored.event.data.private.userId,
        status: "unverified",
        registered_at: stored.event.data.private.at,
        verified_at: null,
        terms_version: stored.event.data.private.termsVersion,
        email: locate(stored, "email"),
        username: locate(stored, "username"),
        password_hash: locate(stored, "passwordHash"),
        password_changed_at: null,
        ...names(stored),
      }),
    },
    EmailVerified: {
      ...ofUser,
      fold: (row, { event }) =>
        row && { ...row, status: "active", verified_at: event.data.private.at },
    },
    ProfileUpdated: {
      ...ofUser,
      fold: (row, stored) => row && { ...row, ...names(stored) },
    },
    PasswordChanged: {
      ...ofUser,
      fold: (row, stored) =>
        row && {
          ...row,
          password_hash: locate(stored, "passwordHash"),
          password_changed_at: stored.event.data.private.at,
        },
    },
    UserErased: { ...ofUser, fold: (row) => row && { ...row, status: "erased" } },
  },
});
