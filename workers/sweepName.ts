/** All sweeps; `sweeps.ts` defines what each does, and each reaction names those that make up for it. */
export type SweepName =
  | "sweep generations"
  | "sweep line"
  | "sweep reservations"
  | "sweep webhooks"
  | "sweep postponed reactions"
  | "sweep nodes"
  | "sweep erasures"
  | "sweep sessions"
  | "sweep donors"
  | "sweep vault"
  | "sweep fees"
  | "sweep verifications"
  | "sweep key mails"
  | "sweep notices"
  | "sweep alerts"
  | "sweep waiting"
  | "sweep enrolments";
