import type { Secret } from "../message.js";
import type { Money } from "../money/money.js";
import type { Instant } from "../time.js";
import type { CheckoutProvider } from "./events.js";

interface AboutPledge {
  readonly pledgeId: string;
  readonly at: Instant;
}

export type PledgeCommand =
  | (AboutPledge & {
      readonly type: "PledgeDonation";
      readonly userId: string;
      readonly provider: CheckoutProvider;
      readonly money: Money;
      readonly showName: boolean;
      readonly message?: Secret;
    })
  | (AboutPledge & { readonly type: "PayPledge"; readonly externalId: string })
  | (AboutPledge & { readonly type: "ExpirePledge" });
