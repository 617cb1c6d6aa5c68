import { type Resource, resourceKey, type Translation } from "../../domain/providers/facts.js";
import { type Report, translate } from "../../domain/providers/translate.js";
import type { WebhookProvider } from "../../domain/webhook/events.js";
import type { Payments } from "./payments.js";

/** No report needs more look-ups at its provider than this. */
const lookUpsMax = 20;

/** Undefined for what is not there, or not yet. */
type Find = (resource: Resource) => Promise<unknown>;

/** Asks the provider itself; GitHub has nothing that could be looked up. @throws ProviderDownError */
export function finderAt(payments: Payments, provider: WebhookProvider): Find {
  const client = provider === "github" ? undefined : payments[provider];
  return async (resource) => client?.find(resource);
}

/** What a report means, after looking up what it only names. */
export async function lookUpAndTranslate(
  report: Omit<Report, "resources">,
  rules: Payments["rules"],
  find: Find,
): Promise<Translation> {
  const resources = new Map<string, unknown>();
  for (let look = 0; ; look += 1) {
    const translation = translate({ ...report, resources }, rules);
    if (translation.kind !== "held" || look === lookUpsMax) return translation;
    const key = resourceKey(translation.waitsFor);
    const found = resources.has(key) ? undefined : await find(translation.waitsFor);
    if (found === undefined) return translation;
    resources.set(key, found);
  }
}
