import { alertKinds } from "../../../domain/alerts.js";
import type { OpsTables } from "../../../platform/ops/tables.js";
import type { VaultTables } from "../../../platform/vault/tables.js";
import type { ReadTables } from "../../../projections/readTables.js";

export const rowsPerTable = 1_000_000;

/** What each column of a row holds, as SQL over `n`, the number of the row from 0 on. */
export type Filling<Tables> = {
  readonly [Table in keyof Tables]: { readonly [Column in keyof Tables[Table]]: string };
};

export const uuidOf = (n: number): string =>
  `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
export const instantOf = (n: number): string =>
  new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();
export const hashOf = (n: number): string => n.toString(16).toUpperCase().padStart(64, "0");

const uuid = (n = "n"): string => `CONCAT('00000000-0000-4000-8000-', LPAD(${n}, 12, '0'))`;
const instant = "DATE_FORMAT('2026-01-01' + INTERVAL n SECOND, '%Y-%m-%dT%H:%i:%s.000Z')";
const hash = (n = "n", digits = 64): string => `LPAD(HEX(${n}), ${digits}, '0')`;
/** One of these, in turn; each state is held by many rows, between those of all others. */
const oneOf = (values: readonly string[], n = "n"): string =>
  `ELT((${n}) % ${values.length} + 1, ${values.map((value) => `'${value}'`).join(", ")})`;
/** Three letters for a number below 17 576, as currencies have them. */
const letters = (n: string): string =>
  `CONCAT(CHAR(65 + (${n}) DIV 676), CHAR(65 + (${n}) DIV 26 % 26), CHAR(65 + (${n}) % 26))`;
const monthsSince = (year: number, n: string): string =>
  `DATE_FORMAT('${year}-01-01' + INTERVAL ${n} MONTH, '%Y-%m')`;

/** Generations that are open at once: few beside those that ended, and the newest. */
export const openGenerations = 1000;
/** Accounts in each of their currencies: as many balances. */
export const balanceCount = 100;
export const rowsPerMonth = 1000;
const isOpen = `n >= ${rowsPerTable - openGenerations}`;

export const readFilling: Omit<Filling<ReadTables>, "read_checkpoint" | "read_passed"> = {
  read_user: {
    user_id: uuid(),
    status: oneOf(["unverified", "active", "erased", "active"]),
    registered_at: instant,
    verified_at: "NULL",
    terms_version: "'1'",
    email: "NULL",
    username: "NULL",
    password_hash: "NULL",
    password_changed_at: instant,
    first_name: "NULL",
    last_name: "NULL",
  },
  read_api_key: {
    key_id: uuid(),
    user_id: uuid("n DIV 5"),
    key_hash: hash(),
    prefix: "'abcdef'",
    name: "NULL",
    event_id: uuid(),
    created_at: instant,
    revoked_at: "NULL",
  },
  read_quota_day: {
    user_id: uuid("n DIV 1000"),
    day: "DATE_FORMAT('2026-01-01' + INTERVAL n % 1000 DAY, '%Y-%m-%d')",
    used: "1",
    spent: "1",
  },
  read_reservation: {
    generation_id: uuid(),
    user_id: uuid("n % 1000"),
    day: "'2026-01-01'",
    reserved_at: instant,
    state: oneOf(["reserved", "released", "spent"]),
  },
  read_generation: {
    generation_id: uuid(),
    user_id: uuid("n % 100"),
    status: `IF(${isOpen}, ${oneOf(["queued", "processing"], "n DIV 3")}, ${oneOf(
      ["completed", "rejected", "failed", "cancelled", "expired"],
      "n DIV 3",
    )})`,
    queue: oneOf(["one", "two", "three"]),
    requested_at: instant,
    expires_at: instant,
    ended_at: `IF(${isOpen}, NULL, ${instant})`,
    lease_id: uuid(),
    processing_ms: "1000",
    audio_ms: "6000",
    audio_sha256: hash("n DIV 1000"),
    certificate: "'a.b.c'",
  },
  read_lease: {
    lease_id: uuid(),
    generation_id: uuid(),
    node_id: uuid("n % 100"),
    leased_at: instant,
  },
  read_enrolment: {
    token_id: uuid(),
    operator_id: uuid("n DIV 5"),
    issued_at: instant,
    expires_at: instant,
    revoked_at: "NULL",
    used_at: instant,
    used_id: uuid(),
    node_id: uuid(),
    claimed_at: "IF(n % 2 = 0, NULL, '2026-01-01T00:00:00.000Z')",
  },
  read_tenure: {
    node_id: uuid(),
    operator_id: uuid("n DIV 100"),
    pay_id: uuid(),
    claimed_at: instant,
    trusted_at: "IF(n % 2 = 0, NULL, '2026-01-01T00:00:00.000Z')",
    claimed_position: "n",
    trusted_position: "n",
    suspended_at: "NULL",
    accepted: "n % 40",
    first_accepted_at: instant,
    trust_due_at: `IF(n % 2 = 0, ${instant}, NULL)`,
  },
  read_node_decision: {
    event_id: uuid(),
    node_id: uuid("n DIV 1000"),
    decided_at: instant,
    kind: "'lease-lost'",
    reason: "'expired'",
    job_id: uuid(),
  },
  read_payout_news: {
    event_id: uuid(),
    operator_id: uuid("n DIV 5"),
    happened_at: instant,
    kind: oneOf(["account", "sign-in"]),
  },
  read_operator: { operator_id: uuid(), payee_id: uuid(), linked_at: instant },
  read_node: {
    node_id: uuid(),
    public_key: "REPEAT('k', 43)",
    registered_on: "'2026-01-01'",
    unregistered_on: "IF(n % 4 = 0, NULL, '2026-01-02')",
    description: "NULL",
    online: "0",
    completed: "0",
    copied: "0",
    late: "0",
    expired: "0",
    failed: "0",
    declined: "0",
    left_early: "0",
    rejected: "0",
    audio_ms: "0",
    processing_ms: "0",
    units: "0",
  },
  read_contribution: {
    month: monthsSince(1950, "n DIV 10000"),
    node_id: `IF(n % 10000 = 0, '', ${uuid("n % 10000")})`,
    generations: "1",
    audio_ms: "1",
    units: "1",
    closed: "0",
  },
  read_distribution: {
    month: monthsSince(1950, "n DIV 1000"),
    currency: letters("n % 1000"),
    shown: "NULL",
    finalized_at: instant,
    shared: "1",
    carried_out: "1",
  },
  read_share: {
    month: monthsSince(1950, `n DIV ${rowsPerMonth}`),
    currency: oneOf(["EUR", "USD"], "n"),
    pay_id: uuid("n % 1000 DIV 2"),
    units: "n",
    amount: "1",
    fate: oneOf(["owed", "lapsed"], "n DIV 2"),
  },
  read_take_back: {
    month: monthsSince(1950, `n DIV ${rowsPerMonth}`),
    currency: "'EUR'",
    pay_id: uuid(),
    operator_id: uuid("n % 1000"),
    event_id: uuid(),
    voided_at: instant,
    amount: "1",
    reason: "'copies'",
    undone: "0",
    appeal: oneOf(["none", "open", "settled"], "n"),
    appealed_at: instant,
    words: "NULL",
    answer: "NULL",
  },
  read_job: {
    generation_id: uuid(),
    lease_id: uuid(),
    node_id: uuid("n % 1000"),
    position: "n",
    day: "'2026-01-01'",
    audio_ms: "6000",
    stems: "0",
    in_time: "1",
    heard_before: "0",
    units: "24000",
    asked_by: uuid("n % 7"),
    one_person: "0",
    one_payee: "0",
    only_one_could: "0",
    voided_position: "NULL",
  },
  read_payee: {
    operator_id: uuid("n DIV 2"),
    payee_id: uuid("(n + 1) DIV 2"),
    position: "n",
  },
  read_webhook: {
    provider: oneOf(["stripe", "paypal"]),
    delivery_id: "CONCAT('delivery-', LPAD(n, 12, '0'))",
    received_at: instant,
    state: oneOf(["new", "held", "done", "ignored"]),
    waits_for: "IF(n % 3 = 1, CONCAT('donation ', n DIV 30), NULL)",
  },
  read_entry: {
    account: "CONCAT('liabilities:payout:', LPAD(n % 20, 4, '0'))",
    currency: oneOf(["AED", "EUR", "JPY", "KWD", "USD"], "n DIV 20"),
    position: `IF(n < ${balanceCount}, 0, n DIV 2)`,
    amount: "1",
    balance: "n",
    entry_id: hash("n", 32),
    type: "'DonationReceived'",
    day: "'2026-01-01'",
    manual: "0",
    stream: "CONCAT('donation-', n DIV 2)",
  },
  read_donation: {
    stream: "CONCAT('donation-', n)",
    provider: oneOf(["stripe", "paypal", "github", "bank"]),
    external_id: "CONCAT('payment-', n)",
    donation_id: hash("n", 32),
    position: "n",
    received_at: instant,
    occurred_at: instant,
    user_id: uuid("n % 1000"),
    visibility: "'hidden'",
    standing: oneOf(["regular", "suspense"]),
    closed: "0",
    told: "'{}'",
    manual: "0",
    status: oneOf(["received", "suspense"], "n DIV 10"),
    gross: "'5.00'",
    currency: "'EUR'",
    moved: "'[]'",
    settlement_key: "NULL",
    statement_refs: "'{}'",
    name: "NULL",
    email: "NULL",
    message: "NULL",
  },
  read_month: {
    month: monthsSince(1950, `n DIV ${rowsPerMonth}`),
    account: `IF(n % ${rowsPerMonth} = 0, '', CONCAT('liabilities:payout:', n % ${rowsPerMonth}))`,
    currency: `IF(n % ${rowsPerMonth} = 0, '', 'EUR')`,
    turnover: "1",
    entries: "1",
    donations: "1",
    closed_position: `IF(n % ${rowsPerMonth} = 0, n, NULL)`,
  },
  read_treasury: {
    treasury_id: uuid(),
    position: "n",
    entry_id: hash("n", 32),
    kind: "'move'",
    day: "'2026-01-01'",
    from_provider: "'stripe'",
    to_place: "'bank'",
    currency: "'EUR'",
    amount: "1",
    fee: "0",
    received: "NULL",
    received_currency: "NULL",
    actor: "'maintainer:ana'",
    reason: "'as agreed'",
    evidence_sha256: hash(),
    undone_day: "NULL",
  },
  read_pledge: {
    pledge_id: uuid(),
    provider: oneOf(["stripe", "paypal"], "n DIV 3"),
    pledged_at: instant,
    state: oneOf(["open", "paid", "expired"]),
  },
  read_donor: {
    stream: "CONCAT('donation-', LPAD(n, 12, '0'))",
    event_id: uuid(),
    provider: oneOf(["stripe", "paypal"], "n DIV 2"),
    external_id: "CONCAT('payment-', n)",
    received_at: instant,
    user_id: uuid("n DIV 10"),
    settled: "n % 2",
  },
  read_alert: {
    event_id: uuid(),
    stream: "CONCAT('donation-', n)",
    kind: `'${alertKinds[0]}'`,
    reason: "NULL",
    happened_at: instant,
  },
  read_parked: {
    projection: oneOf(["users", "generations", "nodes"]),
    stream: "CONCAT('generation-', n)",
    event_id: uuid(),
    position: "n",
    reason: "'unreadable'",
  },
};

export const vaultFilling: Omit<Filling<VaultTables>, "vault_ledger"> = {
  data_key: {
    key_id: uuid(),
    person_id: uuid("n DIV 10"),
    purpose: `IF(n % 10 = 0, 'account', CONCAT('prompts-20260', n % 10))`,
    wrapped: "IF(n % 3 = 0, NULL, REPEAT('w', 60))",
    created_at: instant,
    destroyed_at: `IF(n % 3 = 0, ${instant}, NULL)`,
    destroyed_reason: "IF(n % 3 = 0, 'retention', NULL)",
    told: "IF(n % 6 = 0, 1, 0)",
  },
  handle: {
    kind: oneOf(["email", "username"]),
    digest: `UNHEX(${hash()})`,
    person_id: uuid("n DIV 2"),
    taken_at: instant,
    registered: "n DIV 2 % 3",
  },
  payee: {
    digest: `UNHEX(${hash()})`,
    payee_id: uuid(),
    operator_id: uuid("n DIV 2"),
    made_at: instant,
  },
  erased_person: { person_id: uuid(), erased_at: instant, recorded: "n % 2" },
};

export const opsFilling: Omit<
  Filling<OpsTables>,
  "checkpoint" | "scheduler_clock" | "last_backup" | "restore_under_way" | "incident"
> = {
  outbox: {
    id: uuid(),
    kind: oneOf(["verify-email", "already-registered", "reset-password", "thank-you"]),
    person_id: uuid(),
    email_digest: "NULL",
    gift_stream: "NULL",
    about_event: "NULL",
    address_event: "NULL",
    created_at: instant,
    attempts: "0",
    due_at: instant,
    done_at: `IF(n DIV 4 % 2 = 0, ${instant}, NULL)`,
    outcome: "NULL",
  },
  alerted: { event_id: uuid(), alerted_at: instant },
  alert_to_tell: {
    id: uuid(),
    sentence: "'backup: There is none.'",
    raised_at: instant,
    mailed_at: `IF(n % 2 = 0, NULL, ${instant})`,
    posted_at: `IF(n % 2 = 0, NULL, ${instant})`,
  },
  postponed_reaction: { manager: oneOf(["settle", "erase"]), event_id: uuid(), position: "n" },
  gone_webhook: { url_sha256: hash(), gone_at: instant },
};
