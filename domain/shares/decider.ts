import { DomainError } from "../errors.js";
import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { moneyOfMinor } from "../money/minor.js";
import { credit, debit, entry, type Posting } from "../money/postings.js";
import { dayOf } from "../time.js";
import type { RecordShares, SharesCommand } from "./commands.js";
import { type ChunkName, type SharesEvent, sharesStream } from "./events.js";

/** The digest of the distribution that the chunk was recorded for. */
type State = { readonly digest: string | undefined };

function evolve(_: State, { type, data }: SharesEvent): State {
  switch (type) {
    case "DistributionSharesRecorded":
      return { digest: data.public.digest };
  }
}

function decide(command: SharesCommand, { digest }: State): Draft<SharesEvent>[] {
  if (digest === command.digest) return [];
  if (digest !== undefined) {
    const message = `Shares of ${command.month} in ${command.currency} were recorded for another result.`;
    throw new DomainError("DISTRIBUTION_DIFFERS", message);
  }
  const { month, currency, chunk, at } = command;
  const shares = command.shares.map(({ payId, units, amount }) => ({
    payId,
    units: `${units}`,
    amount: moneyOfMinor(amount, currency).amount,
  }));
  const shown = { month, currency, chunk, day: dayOf(at), digest: command.digest, shares };
  const postings = postingsOf(command);
  return [
    {
      type: "DistributionSharesRecorded",
      public: { ...shown, postings },
      private: { at },
      sealed: {},
    },
  ];
}

function postingsOf({ shares, currency }: RecordShares): Posting[] {
  const sum = shares.reduce((total, { amount }) => total + amount, 0n);
  return entry(
    debit("liabilities:pool:workers", moneyOfMinor(sum, currency)),
    ...shares.map(({ payId, amount }) =>
      credit(`liabilities:node:${payId}`, moneyOfMinor(amount, currency)),
    ),
  );
}

const opens = (): boolean => true;

export const sharesDecider: Aggregate<ChunkName, State, SharesCommand, SharesEvent> = {
  streamOf: sharesStream,
  initialState: () => ({ digest: undefined }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.shares, opens },
};
