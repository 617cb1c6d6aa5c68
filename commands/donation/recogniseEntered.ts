import type { Manual } from "../../domain/donation/commands.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { type DonationReceived, donationStream } from "../../domain/donation/events.js";
import { paymentNames } from "../../domain/donation/names.js";
import type { ReceivedDonation } from "../../domain/donation/state.js";
import { lastEntered, sinceUndone } from "../../domain/donation/undo.js";
import type { Secret } from "../../domain/message.js";
import type { Provider } from "../../domain/money/accounts.js";
import type { AllowedCurrencies, Giver } from "../../domain/providers/booking.js";
import type { Fact } from "../../domain/providers/facts.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import { donorIdOf } from "../../platform/ids.js";
import { openField } from "../../platform/vault/openField.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger, type Loaded, load } from "../handle.js";
import { attributeDonation } from "./amendDonation.js";
import { contextOfEntry } from "./contextOfEntry.js";

/** A gift that maintainers entered whole, by a name that its provider gives to a part of the payment. */
export interface EnteredGift {
  readonly provider: Provider;
  readonly externalId: string;
  readonly loaded: Loaded<ReceivedDonation>;
  readonly received: StoredEvent<DonationReceived>;
}

/** What a fact calls its payment beside its own name. */
const otherNamesOf = (fact: Fact): string[] =>
  fact.kind === "received" || fact.kind === "settled"
    ? paymentNames(fact.references).filter((name) => name !== fact.externalId)
    : [];

/** What was entered by another name of this payment. */
export async function findEntered(
  { store }: Pick<Ledger, "store">,
  provider: Provider,
  names: readonly string[],
): Promise<EnteredGift[]> {
  const all = await Promise.all(
    names.map(async (externalId) => {
      const { state, events, revision } = await load(store, donationDecider, {
        provider,
        externalId,
      });
      const received = firstOf(sinceUndone(events), "DonationReceived");
      if (state.status !== "received" || !state.isAllEntered || received === undefined) return [];
      return [{ provider, externalId, loaded: { state, events, revision }, received }];
    }),
  );
  return all.flat();
}

export const findEnteredAs = (
  ledger: Pick<Ledger, "store">,
  provider: Provider,
  fact: Fact,
): Promise<EnteredGift[]> => findEntered(ledger, provider, otherNamesOf(fact));

/** What the entry says of who gave, for the gift under its provider's own name. */
export async function giverOf(
  { vault }: Pick<Ledger, "vault">,
  { provider, loaded, received }: EnteredGift,
  externalId: string,
): Promise<Giver> {
  const personId = donorIdOf(donationStream(provider, externalId));
  const secret = (text: string): Secret => ({ personId, purpose: "donor", text });
  const [name, email, message] = await Promise.all(
    (["name", "email", "message"] as const).map((field) => openField(vault, received, field)),
  );
  const { standing, visibility } = loaded.state;
  return {
    ...(standing === "regular" && { isEntered: true }),
    showName: visibility === "shown",
    ...(name !== undefined && { name: secret(name) }),
    ...(email !== undefined && { email: secret(email) }),
    ...(message !== undefined && { message: secret(message) }),
  };
}

export interface Reported {
  readonly provider: Provider;
  readonly fact: Fact;
  /** Whether it was booked just now. */
  readonly isNew: boolean;
  readonly allowedCurrencies: AllowedCurrencies;
}

/**
 * Lets a payment count once that a maintainer entered before its provider told of it: what was entered
 * by another name is taken back, and a gift that was entered by this name is known by the others from
 * now on. To be asked after the fact was booked, so that of an entry that is made meanwhile either
 * this or the command that enters it finds the other one.
 */
export async function recogniseEntered(
  ledger: Ledger,
  { provider, fact, isNew, allowedCurrencies }: Reported,
  context: CommandContext,
): Promise<void> {
  const names = otherNamesOf(fact);
  if (names.length === 0) return;
  const { externalId, moneyKey, occurredAt } = fact;
  if (!isNew && "references" in fact && fact.references !== undefined) {
    const about = { provider, externalId, moneyKey: `${moneyKey}:recognised` };
    const loaded = await load(ledger.store, donationDecider, about);
    const { references } = fact;
    const command = { type: "RecogniseDonation" as const, ...about, references };
    const recognising = contextOfEntry(nextContext(context, "recognise"), loaded.state);
    const at = context.at;
    await handle(ledger, donationDecider, { ...command, at, occurredAt }, recognising, loaded);
  }
  for (const entered of await findEntered(ledger, provider, names)) {
    await takeBackEntered(ledger, { entered, externalId, allowedCurrencies }, context);
  }
}

interface TakingBack {
  readonly entered: EnteredGift;
  /** What the same payment is in the ledger by. */
  readonly externalId: string;
  readonly allowedCurrencies: AllowedCurrencies;
}

/**
 * Takes back what a maintainer entered of a payment that is in the ledger by its provider's own name.
 * That it is a gift, which the entry says, holds on.
 */
export async function takeBackEntered(
  ledger: Ledger,
  { entered, externalId, allowedCurrencies }: TakingBack,
  context: CommandContext,
): Promise<void> {
  const { provider, loaded, received } = entered;
  const { at } = context;
  const undoneKey = lastEntered(loaded.state, "gift");
  if (undoneKey === undefined) return;
  const { reason: why = "", evidenceSha256 = "" } = received.event.data.private;
  const manual: Manual = { reason: why, evidenceSha256 };
  const about = { provider, at, occurredAt: at };
  if (loaded.state.standing === "regular") {
    const attributed = { ...about, externalId, moneyKey: `entered as ${entered.externalId}` };
    const step = nextContext(context, `attribute ${externalId}`);
    await attributeDonation(ledger, { about: attributed, manual, allowedCurrencies }, step);
  }
  const undoing = {
    ...{ type: "UndoEntry" as const, ...about, externalId: entered.externalId, undoneKey },
    moneyKey: `reported as ${externalId}`,
    reason: `the provider tells of the same payment as ${externalId}`,
    ...{ evidenceSha256, correctedEventId: received.id },
  };
  const undo = contextOfEntry(nextContext(context, `undo ${entered.externalId}`), loaded.state);
  await handle(ledger, donationDecider, undoing, undo, loaded);
}
