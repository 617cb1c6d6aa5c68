import { type Provider, providers } from "../../domain/money/accounts.js";
import { Refusal } from "../../platform/process/refusal.js";

/** `github_sponsors` is understood as well. @throws Refusal for what is none of them */
export function readProvider(name: string | undefined): Provider {
  const provider = providers.find((each) => each === name?.replace("github_sponsors", "github"));
  if (provider !== undefined) return provider;
  throw new Refusal(`The source must be one of ${providers.join(", ")}.`);
}
