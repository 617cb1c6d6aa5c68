/** One thing as a provider has it now, in the form in which its webhook would tell of it. */
export interface RecordedTelling {
  /** Its name, for a person who has to look. */
  readonly what: string;
  /** Undefined for money that no webhook of ours tells of. */
  readonly body: unknown;
}
