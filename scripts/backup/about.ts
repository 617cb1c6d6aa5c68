import { z } from "zod";
import { sha256Schema } from "../../domain/sha256.js";
import { instantSchema } from "../../domain/time.js";
import { listMigrations } from "../../platform/mysql/migrate.js";
import { type OpsDb, opsMigrations } from "../../platform/ops/tables.js";
import { Refusal } from "../../platform/process/refusal.js";
import { vaultMigrations } from "../../platform/vault/migrations.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import type { BackedUpArea } from "./parts.js";

/** What an archive says of itself. */
const aboutSchema = z.object({
  ledgerId: z.uuid(),
  /** When it was begun: nothing later is in it for certain. */
  backedUpAt: instantSchema,
  /** Of the last event in it, in `$all`. */
  position: z.string().regex(/^\d{1,20}$/),
  events: z.int().min(1),
  /** Of all events in their order, by DigestOfEvents. */
  eventsSha256: sha256Schema,
  /** Of the databases that its tables are from. Earlier archives name none. */
  migrations: z.array(z.string()).optional(),
});
export type About = Readonly<z.infer<typeof aboutSchema>>;

/** @throws Refusal when it is of another form, or of tables that are not known here */
export function readAbout(about: unknown): About {
  const { data } = aboutSchema.safeParse(about);
  const isKnown = (name: string) => knownMigrations.includes(name);
  if (data !== undefined && (data.migrations ?? []).every(isKnown)) return data;
  throw new Refusal("The archive is none of this ledger, or of newer software: update first.");
}

const nameIn = (area: BackedUpArea) => (name: string) => `${area}/${name}`;
const knownMigrations: readonly string[] = [
  ...Object.keys(vaultMigrations).map(nameIn("vault")),
  ...Object.keys(opsMigrations).map(nameIn("ops")),
];

export async function migrationsOf({
  vaultDb,
  opsDb,
}: {
  readonly vaultDb: VaultDb;
  readonly opsDb: OpsDb;
}): Promise<string[]> {
  const ofVault = await listMigrations(vaultDb);
  const ofOps = await listMigrations(opsDb);
  return [...ofVault.map(nameIn("vault")), ...ofOps.map(nameIn("ops"))];
}
