import type { Accepted } from "../accepted.js";
import { countsOf, ofType, type Picture } from "../picture.js";
import { type Finding, once } from "./finding.js";

/** Whoever was told so is registered, once; keys were issued and revoked, once. */
export function checkAccounts(
  { events, addresses }: Picture,
  accepted: readonly Accepted[],
): Finding[] {
  const registered = countsOf([...addresses.values()].flatMap((address) => address ?? []));
  const idsOf = (type: "ApiKeyIssued" | "ApiKeyRevoked") =>
    countsOf(ofType(events, type).map(({ event }) => event.data.private.keyId));
  const [issued, revoked] = [idsOf("ApiKeyIssued"), idsOf("ApiKeyRevoked")];
  const told = accepted.flatMap((line) => {
    const { at } = line;
    switch (line.what) {
      case "registered":
        return once(registered.get(line.email) ?? 0, `registration of ${line.email}`, at);
      case "key":
        return once(issued.get(line.id) ?? 0, `key ${line.id} issued`, at);
      case "revoked":
        return once(revoked.get(line.id) ?? 0, `key ${line.id} revoked`, at);
      default:
        return [];
    }
  });
  const all = [...registered].flatMap(([email, count]) => once(count, `registration of ${email}`));
  return [...told, ...all];
}
