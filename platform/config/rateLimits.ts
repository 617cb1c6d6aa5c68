import { list } from "./environment.js";

/** What calls are counted as; `api/rateLimits.ts` has the number of each. */
export const rateLimitNames = [
  "address",
  "webhook",
  "register",
  "sign-in",
  "node-registration",
  "verify",
  "generate",
  "donate",
  "export",
  "enrolment",
  "payout-account",
  "account",
  "node",
] as const;
export type RateLimitName = (typeof rateLimitNames)[number];

export interface RateLimitSetting {
  readonly name: RateLimitName;
  readonly calls: number;
  readonly seconds: number;
}

/** "generate=600/60": 600 calls in 60 s, in place of that limit's default. */
export const rateLimits = list(
  `limits such as generate=600/60 (calls/seconds) of ${rateLimitNames.join(", ")}`,
  (limit): RateLimitSetting | undefined => {
    const [, named, calls, seconds] = /^([a-z-]+)=(\d{1,9})\/(\d{1,6})$/.exec(limit) ?? [];
    const name = rateLimitNames.find((each) => each === named);
    if (name === undefined || Number(seconds) === 0) return undefined;
    return { name, calls: Number(calls), seconds: Number(seconds) };
  },
);
