import { resourceKey, type Translation } from "../../domain/providers/facts.js";
import { translate } from "../../domain/providers/translate.js";
import type { Instant } from "../../domain/time.js";
import type { Payments } from "../../platform/payments/payments.js";

/** No telling needs more look-ups at its provider than this. */
const lookUpsMax = 5;

/** What a thing at the provider means, after looking up what it only names. @throws ProviderDownError */
export async function lookUpAndTranslate(
  payments: Payments,
  { body, at }: { readonly body: unknown; readonly at: Instant },
): Promise<Translation> {
  const looked = new Map<string, unknown>();
  for (let look = 0; ; look += 1) {
    const told = { provider: "stripe" as const, body, receivedAt: at, looked };
    const translation = translate(told, payments.rules);
    if (translation.kind !== "held" || look === lookUpsMax) return translation;
    const found = await payments.stripe?.find(translation.waitsFor);
    const key = resourceKey(translation.waitsFor);
    if (found === undefined || looked.has(key)) return translation;
    looked.set(key, found);
  }
}
