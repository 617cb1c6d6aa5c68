import { locate } from "../../platform/vault/located.js";
import { keyedProjection } from "../keyedProjection.js";

/** Answers "whose key is this?" and "which keys have I?" */
export type ApiKeyRow = {
  readonly key_id: string;
  readonly user_id: string;
  /** Of its ApiKeyIssued. */
  readonly event_id: string;
  readonly key_hash: string;
  readonly prefix: string;
  readonly name: string | null;
  readonly created_at: string;
  readonly revoked_at: string | null;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_api_key: ApiKeyRow;
  }
}

const ofKey = {
  key: (event: { data: { private: { keyId: string } } }) => [event.data.private.keyId],
};

export const apiKeys = keyedProjection<ApiKeyRow, "ApiKeyIssued" | "ApiKeyRevoked">({
  name: "api-keys",
  version: 2,
  table: "read_api_key",
  primaryKey: ["key_id"],
  group: "accounts",
  aboutMoney: false,
  columns: `
    key_id CHAR(36) CHARACTER SET ascii NOT NULL,
    user_id CHAR(36) CHARACTER SET ascii NOT NULL,
    event_id CHAR(36) CHARACTER SET ascii NOT NULL,
    key_hash CHAR(64) CHARACTER SET ascii NOT NULL,
    prefix CHAR(6) CHARACTER SET ascii NOT NULL,
    name TEXT CHARACTER SET ascii NULL,
    created_at CHAR(24) CHARACTER SET ascii NOT NULL,
    revoked_at CHAR(24) CHARACTER SET ascii NULL,
    PRIMARY KEY (key_id),
    UNIQUE KEY key_hash (key_hash),
    KEY owner (user_id),
    KEY recent (created_at)`,
  handlers: {
    ApiKeyIssued: {
      ...ofKey,
      fold: (_row, stored) => {
        const { keyId, userId, keyHash, prefix, at } = stored.event.data.private;
        const name = locate(stored, "name");
        const key = { key_id: keyId, user_id: userId, key_hash: keyHash, prefix, name };
        return { ...key, event_id: stored.id, created_at: at, revoked_at: null };
      },
    },
    ApiKeyRevoked: {
      ...ofKey,
      fold: (row, { event }) => row && { ...row, revoked_at: event.data.private.at },
    },
  },
});
