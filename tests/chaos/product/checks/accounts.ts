import type { Accepted } from "../accepted.js";
import { countsOf, ofType, type Picture } from "../picture.js";
import { type Finding, once, wrong } from "./finding.js";

/** Whoever was told so is registered, once; keys were issued and revoked, once. */
export function checkAccounts(
  { events, addresses }: Picture,
  accepted: readonly Accepted[],
): Finding[] {
  const registered = countsOf([...addresses.values()].flatMap((address) => address ?? []));
  const idsOf = (type: "ApiKeyIssued" | "ApiKeyRevoked") =>
    countsOf(ofType(events, type).map(({ event }) => event.data.private.keyId));
  const [issued, revoked] = [idsOf("ApiKeyIssued"), idsOf("ApiKeyRevoked")];
  const erased = new Set(accepted.flatMap((line) => (line.what === "erased" ? line.email : [])));
  const told = accepted.flatMap((line) => {
    const { at } = line;
    switch (line.what) {
      case "erased":
        return wrong(registered.has(line.email), `${line.email} is erased and can be read`);
      case "registered":
        return erased.has(line.email)
          ? []
          : once(registered.get(line.email) ?? 0, `registration of ${line.email}`, at);
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

/** Nothing is left of those who were erased, nor of who gave their gifts, and the ledger says so. */
export const checkErasures = ({ unerased, unrecorded }: Picture): Finding[] => [
  ...unerased.flatMap((id) => wrong(true, `${id} is erased, and something is left in the vault`)),
  ...unrecorded.flatMap((id) =>
    wrong(true, `key ${id} is destroyed, and the ledger does not say so`),
  ),
];
