import { z } from "zod";
import { donationDecider } from "../../domain/donation/decider.js";
import { donationNameSchema, donationStream } from "../../domain/donation/events.js";
import type { Oddity } from "../../domain/donation/oddities.js";
import { sinceUndone } from "../../domain/donation/undo.js";
import { DomainError } from "../../domain/errors.js";
import type { Secret } from "../../domain/message.js";
import { isSame } from "../../domain/money/money.js";
import { type PledgeState, pledgeDecider } from "../../domain/pledge/decider.js";
import { type AllowedCurrencies, commandFor, type Giver } from "../../domain/providers/booking.js";
import type { Fact, ReceivedFact } from "../../domain/providers/facts.js";
import { refuseOverlong } from "../../domain/texts.js";
import { userDecider } from "../../domain/user/decider.js";
import type { WebhookProvider } from "../../domain/webhook/events.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import { donorIdOf, providerCommandId } from "../../platform/ids.js";
import { openField } from "../../platform/vault/openField.js";
import { type CommandContext, contextOf, nextContext, type Origin } from "../context.js";
import { handle, type Ledger, type Loaded, load, newStream } from "../handle.js";
import { findEnteredAs, giverOf, recogniseEntered } from "./recogniseEntered.js";

export interface FactBooking {
  readonly provider: WebhookProvider;
  readonly fact: Fact;
  readonly allowedCurrencies: AllowedCurrencies;
}

/**
 * Books what a provider reports about a gift. The command is named by the provider's own key for
 * that movement, so the same fact from another delivery is the same command.
 * @throws DomainError DONATION_NOT_FOUND for what is reported before its payment; TEXT_TOO_LONG
 */
export async function bookFact(
  ledger: Ledger,
  { provider, fact, allowedCurrencies }: FactBooking,
  origin: Pick<Origin, "at" | "correlationId" | "causationId">,
): Promise<Oddity | undefined> {
  // It names the stream, so it must be looked at before that is read.
  refuseOverlong(donationNameSchema, fact);
  const { at } = origin;
  const { giver, pledge } =
    fact.kind === "received" ? await findGiver(ledger, provider, fact) : unknownGiver;
  const command = commandFor(fact, { provider, at, allowedCurrencies }, giver);
  const commandId = providerCommandId(provider, reportOf(fact, origin));
  const context = contextOf({ ...origin, commandId, actor: `provider:${provider}` });
  // A payment is the first report of a gift, so it is read only if something is there.
  const from = fact.kind === "received" ? newStream(donationDecider) : undefined;
  const { position } = await handle(ledger, donationDecider, command, context, from);
  const isNew = position !== undefined;
  await recogniseEntered(ledger, { provider, fact, isNew, allowedCurrencies }, context);
  const odd =
    fact.kind === "received" && !isNew
      ? await toldBefore(ledger, { provider, fact }, context)
      : undefined;
  if (giver.pledgeId === undefined) return odd;
  await handle(
    ledger,
    pledgeDecider,
    { type: "PayPledge", pledgeId: giver.pledgeId, at, externalId: fact.externalId },
    nextContext(context, "pay pledge"),
    pledge,
  );
  return odd;
}

/**
 * To the store, an append with the same ids is one that was repeated. So two deliveries that tell of
 * the same payment are two commands, and the second one finds the first.
 */
const reportOf = ({ kind, moneyKey }: Fact, { causationId }: Pick<Origin, "causationId">): string =>
  [kind, moneyKey, ...(kind === "received" ? [causationId ?? ""] : [])].join(" ");

/**
 * What is odd about a report of a gift that the ledger has. Nothing, if the same report booked it and
 * was cut off, or if it says the same again; but GitHub reports a gift once, so that is a copy of an
 * old delivery, or a second gift in the same second.
 */
async function toldBefore(
  { store }: Ledger,
  { provider, fact }: { readonly provider: WebhookProvider; readonly fact: ReceivedFact },
  { causationId }: CommandContext,
): Promise<Oddity | undefined> {
  const about = { provider, externalId: fact.externalId };
  const { state, events } = await load(store, donationDecider, about);
  const received = firstOf(sinceUndone(events), "DonationReceived");
  if (state.status !== "received" || causeOf(received) === causationId) return undefined;
  if (!isSame(state.gross, fact.gross)) return "reported-otherwise";
  return provider === "github" ? "reported-twice" : undefined;
}

const causeSchema = z.object({ $causationId: z.string() });
const causeOf = (stored: StoredEvent | undefined): string | undefined =>
  causeSchema.safeParse(stored?.metadata).data?.$causationId;

/** What bookFact throws for a report that came before its payment. */
export const isBeforeItsPayment = (error: unknown): boolean =>
  error instanceof DomainError && error.code === "DONATION_NOT_FOUND";

/** What the donor is called here: no checkout tells us a name. Gone with their account. */
async function nameOf({ store, vault }: Ledger, userId: string): Promise<string | undefined> {
  const { events } = await load(store, userDecider, { userId });
  const registered = firstOf(events, "UserRegistered");
  return registered && openField(vault, registered, "username");
}

interface FoundGiver {
  readonly giver: Giver;
  /** As it was read, so that it need not be read again. */
  readonly pledge?: Loaded<PledgeState>;
}
const unknownGiver: FoundGiver = { giver: {} };

/** Who gave, as the provider and the pledge say; sealed under a key of this gift alone. */
async function findGiver(
  ledger: Ledger,
  provider: WebhookProvider,
  fact: ReceivedFact,
): Promise<FoundGiver> {
  const { pledgeId, externalId, donor, gross } = fact;
  const personId = donorIdOf(donationStream(provider, externalId));
  const secret = (text: string): Secret => ({ personId, purpose: "donor", text });
  const giver = {
    ...(donor.name !== undefined && { name: secret(donor.name) }),
    ...(donor.email !== undefined && { email: secret(donor.email) }),
  };
  const unpledged = async (): Promise<FoundGiver> => {
    const [entered] = await findEnteredAs(ledger, provider, fact);
    const known = entered && (await giverOf(ledger, entered, externalId));
    return { giver: { ...known, ...giver } };
  };
  if (pledgeId === undefined) return unpledged();
  const pledge = await load(ledger.store, pledgeDecider, { pledgeId });
  const { state, events } = pledge;
  if (state.status === "absent") return unpledged();
  const { userId, showName, money } = state.pledged.data.private;
  const pledged = firstOf(events, "DonationPledged");
  // Gone with the donor's account, if that was erased meanwhile.
  const message = pledged && (await openField(ledger.vault, pledged, "message"));
  // Whom the provider names goes by that name.
  const name = giver.name === undefined ? await nameOf(ledger, userId) : undefined;
  const sealed = {
    ...giver,
    ...(name !== undefined && { name: secret(name) }),
    ...(message !== undefined && { message: secret(message) }),
  };
  const { paidBy } = state;
  const odd: Oddity[] = [
    ...(isSame(money, gross) ? [] : ["not-as-pledged" as const]),
    ...(paidBy === undefined || paidBy === externalId ? [] : ["pledge-paid-before" as const]),
  ];
  return { giver: { ...sealed, pledgeId, userId, showName, odd }, pledge };
}
