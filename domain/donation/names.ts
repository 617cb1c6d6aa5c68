/**
 * What a reference of a payment may be at a provider, where lists and people call the whole payment by
 * it: the charge of an intent, the order of a capture, the entry in our balance.
 */
const namingKeys = ["charge", "order", "entry"] as const;

/** All that the payment is called by, of what its provider says of it. */
export const paymentNames = (references: Readonly<Record<string, string>> = {}): string[] =>
  namingKeys.flatMap((key) => references[key] ?? []);
