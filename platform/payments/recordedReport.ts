import type { AccountFee } from "./accountFee.js";

/** One thing as a provider has it now, in the form in which its webhook would report it. */
export interface RecordedReport {
  /** Its name, for a person who has to look. */
  readonly what: string;
  /** Undefined for money that none of our webhooks reports. */
  readonly body: unknown;
  /** Where it is a fee of the account, which no webhook reports. */
  readonly fee?: AccountFee;
}
