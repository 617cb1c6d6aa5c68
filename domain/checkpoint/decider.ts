import { DomainError } from "../errors.js";
import { boundEventsMax, hour } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { epochMs, type Instant } from "../time.js";
import type { CheckpointCommand } from "./commands.js";
import { type CheckpointEvent, type CheckpointName, checkpointStream } from "./events.js";

/** The last checkpoint of the month. */
type State = Signed | undefined;

interface Signed {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly at: Instant;
}

function evolve(_: State, { type, data }: CheckpointEvent): State {
  switch (type) {
    case "LedgerCheckpointSigned": {
      const { origin, size, root } = data.public;
      return { origin, size, root, at: data.private.at };
    }
  }
}

/** What is signed again within the hour is news to nobody. */
function decide(command: CheckpointCommand, last: State): Draft<CheckpointEvent>[] {
  const { origin, size, root, signature, readTo, at } = command;
  if (last !== undefined && last.origin === origin) {
    if (size < last.size) {
      const message = `A checkpoint of ${last.size} entries was signed; one of ${size} would take some back.`;
      throw new DomainError("CHECKPOINT_GOES_BACK", message);
    }
    const isSame = size === last.size && root === last.root;
    if (isSame && hourOf(at) === hourOf(last.at)) return [];
  }
  return [
    {
      type: "LedgerCheckpointSigned",
      public: { origin, size, root, signature },
      private: { at, readTo },
      sealed: {},
    },
  ];
}

const hourOf = (at: Instant): number => Math.floor(epochMs(at) / hour);

const opens = (): boolean => true;

export const checkpointDecider: Aggregate<
  CheckpointName,
  State,
  CheckpointCommand,
  CheckpointEvent
> = {
  streamOf: checkpointStream,
  initialState: () => undefined,
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.checkpoint, opens },
};
