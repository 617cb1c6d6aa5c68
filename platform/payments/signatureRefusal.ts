/** Why a signature proves nothing, with what a maintainer can do about it. No value of a caller's. */
export const refusalSentences = {
  missing: "the header with the signature, or a part of it, is missing",
  malformed: "the header with the signature has another form than the provider's",
  algorithm: "it is of another algorithm than the provider's",
  clock: "its time is too far from ours: a replay, or one of the two clocks is wrong",
  digest:
    "it does not fit these bytes: forged, changed on the way, or our secret (at PayPal: webhook id) is another",
  host: "its certificate would come from an address that is not the provider's in this mode",
  "no-certificate": "at the address of its certificate is none",
  name: "its certificate is for another name",
  expired: "its certificate, or one above it, is not in force now",
  chain:
    "its certificate does not lead to a root that we trust: PAYPAL_CA_FILE can name the missing ones",
} as const;
export type SignatureRefusal = keyof typeof refusalSentences;
