import { balancesOf, brokenInvariants } from "../../../../domain/money/invariants.js";
import { readMinorUnits } from "../../../../domain/money/money.js";
import type { StoredEvent } from "../../../../platform/eventStore/eventStore.js";
import type { Accepted, AcceptedOf } from "../accepted.js";
import { countsOf, ofType, type Picture } from "../picture.js";
import { type Finding, once, wrong } from "./finding.js";

/** Each webhook that was answered is booked once, and each pledge and expense is there once. */
export function checkMoney({ events }: Picture, accepted: readonly Accepted[]): Finding[] {
  const received = countsOf(
    ofType(events, "WebhookReceived").map(({ event }) => event.data.private.deliveryId),
  );
  const booked = countsOf(
    ofType(events, "WebhookBooked").map(({ event }) => event.data.private.deliveryId),
  );
  const giftsOf = (type: "DonationReceived" | "DonationSettled") =>
    countsOf(ofType(events, type).map(({ event }) => event.data.private.externalId));
  const gifts = { payment: giftsOf("DonationReceived"), fee: giftsOf("DonationSettled") };
  const pledged = countsOf(
    ofType(events, "DonationPledged").map(({ event }) => event.data.private.pledgeId),
  );
  const expenses = countsOf(
    ofType(events, "ExpensePaid").map(({ event }) => event.data.private.treasuryId),
  );
  return accepted.flatMap((line) => {
    const { at } = line;
    switch (line.what) {
      case "webhook": {
        const { delivery, intent, tells } = line;
        return [
          ...once(received.get(delivery) ?? 0, `webhook ${delivery} received`, at),
          ...once(booked.get(delivery) ?? 0, `webhook ${delivery} booked`, at),
          ...once(gifts[tells].get(intent) ?? 0, `${tells} of ${intent}`, at),
        ];
      }
      case "pledged":
        return once(pledged.get(line.id) ?? 0, `pledge ${line.id}`, at);
      case "expense":
        return once(expenses.get(line.id) ?? 0, `expense ${line.id}`, at);
      default:
        return [];
    }
  });
}

/** What was given, less fees and expenses, lies at Stripe; the read models say the same; books balance. */
export function checkBalances(
  { events, balances: shown }: Picture,
  accepted: readonly Accepted[],
): Finding[] {
  const balances = balancesOf(events.flatMap(postingsOf));
  const shownBalances = balancesOf(shown);
  const accounts = [...new Set([...balances.keys(), ...shownBalances.keys()])];
  const amount = (of: typeof balances, account: string) =>
    (of.get(account)?.get("EUR") ?? 0).toString();
  const expected = readMinorUnits("stripe", expectedMinor(accepted), "EUR")?.amount ?? "0";
  const found = amount(balances, "assets:stripe:balance");
  return [
    ...brokenInvariants(balances).flatMap((text) => wrong(true, text)),
    ...accounts.flatMap((account) =>
      wrong(
        amount(balances, account) !== amount(shownBalances, account),
        `${account}: ${amount(balances, account)} in events, ${amount(shownBalances, account)} shown`,
      ),
    ),
    ...wrong(Number(found) !== Number(expected), `Stripe holds ${found}, not ${expected}`),
  ];
}

const postingsOf = ({ event: { data } }: StoredEvent) =>
  "postings" in data.public ? data.public.postings : [];

function expectedMinor(accepted: readonly Accepted[]): number {
  const settled = new Map<string, AcceptedOf<"webhook">>();
  let minor = 0;
  for (const line of accepted) {
    if (line.what === "webhook" && line.tells === "fee") settled.set(line.intent, line);
    if (line.what === "expense") minor -= line.amountMinor;
  }
  for (const { amountMinor, feeMinor } of settled.values()) minor += amountMinor - feeMinor;
  return minor;
}
