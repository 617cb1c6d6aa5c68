/** The settings without which no process of the server starts, as the tests give them. */
export const completeEnvironment = {
  APP_URL: "http://localhost:8000",
  APP_SECRET: "a".repeat(32),
  JWT_SECRET: "j".repeat(32),
  EVENTSTORE_URL: "esdb://127.0.0.1:2113?tls=false",
  DATABASE_URL: "mysql://obsidian:pass@127.0.0.1/obsidian",
  REDIS_URL: "redis://127.0.0.1:6379",
  BLOB_URL: "file:///var/lib/obsidian/blobs",
  ERASURES_FILE: "/var/lib/obsidian-erasures/list",
  CERTIFICATE_KEY_FILE: "/keys/certificate.pem",
  SMTP_HOST: "127.0.0.1",
  SMTP_FROM_EMAIL: "noreply@example.org",
};
