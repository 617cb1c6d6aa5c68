import { reactionId } from "../../../../platform/ids.js";
import { ofType, type Picture } from "../picture.js";
import { type Finding, once, wrong } from "./finding.js";

/** A mail that was being sent when its sender died may come a second time, under one Message-ID. */
const copiesMax = 2;

/** Each registration and each gift has its order; what was sent came, and nothing else did. */
export function checkMails({ events, orders, mails, addresses }: Picture): Finding[] {
  const wanted = [
    ...ofType(events, "UserRegistered").map(({ id }) => reactionId(id, "verify-email")),
    ...ofType(events, "DonationReceived").map(({ id }) => reactionId(id, "thank-you")),
  ];
  const outcomes = new Map(orders.map(({ id, outcome }) => [id, outcome]));
  const copies = new Map([...mails].map(([id, count]) => [orderOf(id), count]));
  return [
    ...wanted.flatMap((id) => once(outcomes.has(id) ? 1 : 0, `order of mail ${id}`)),
    ...orders.flatMap(({ id, outcome }) => checkOrder(id, outcome, copies.get(id) ?? 0)),
    ...[...copies.keys()].flatMap((id) =>
      wrong(!outcomes.has(id), `a mail came that nobody ordered: ${id}`),
    ),
    ...wrong(addresses.size === 0, "nobody is registered"),
  ];
}

function checkOrder(id: string, outcome: string | null, copies: number): Finding[] {
  const text = `mail ${id}, ${outcome}, came ${copies} times`;
  if (copies > copiesMax) return [{ sort: "twice", text }];
  if (outcome === "sent" && copies === 0) return [{ sort: "lost", text }];
  return wrong(outcome === null || outcome === "gave-up" || outcome === "too-old", text);
}

/** "<order@host>" */
const orderOf = (messageId: string): string => messageId.replace(/^<|@.*$/g, "");
