/** A payment provider did not answer, or not as it should: what was asked may or may not be done. */
export class ProviderDownError extends Error {
  override readonly name = "ProviderDownError";
}
