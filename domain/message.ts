import { z } from "zod";

/**
 * The outer form of every event, fixed for ever when it is written:
 *
 *   public   may be shown to everybody for ever
 *   private  for the server: ids that join things, exact times, hashes
 *   sealed   about a person: encrypted under a key of theirs that can be destroyed
 *   salt     32 random bytes, so that the hash of what is not public gives nothing away
 */

/** AES-256-GCM; `ct` ends in the tag. Base64url. Opens only in the event and field it was made for. */
export const sealedSchema = z.object({
  v: z.literal(1),
  keyId: z.uuid(),
  nonce: z.base64url(),
  ct: z.base64url(),
});
export type SealedValue = z.infer<typeof sealedSchema>;

/** The limit is that of the text which is sealed: see texts.ts. */
export const sealedText = (charactersMax: number) => sealedSchema.meta({ charactersMax });

/** What a vault key is for; each has its own life time. `<yyyymm>` keys are destroyed in time. */
export type Purpose = "account" | "donor" | "payee" | `prompts-${string}` | `webhook-${string}`;

/** A text about a person that a decider hands out to be sealed under that person's key. */
export interface Secret {
  readonly personId: string;
  readonly purpose: Purpose;
  readonly text: string;
}

type Fields = Readonly<Record<string, z.ZodType>>;
type SealedFields = Readonly<
  Record<string, typeof sealedSchema | z.ZodOptional<typeof sealedSchema>>
>;

interface EventForm<Public extends Fields, Private extends Fields, Sealed extends SealedFields> {
  /** One sentence for the catalogue in docs/events. */
  readonly about: string;
  readonly public: Public;
  readonly private: Private;
  readonly sealed: Sealed;
  /** One for each version of before, oldest first: each makes the data of the version after it. */
  readonly upcasts?: readonly Upcast[];
}

/** Brings an event's stored data to the next version. Total: a stored event is a fact. */
export type Upcast = (data: unknown) => unknown;

/**
 * Stored for ever under its type and field names: add optional fields, never rename or remove. What
 * else has to change is a new version, with an upcast for the events of the one before.
 */
export function defineEvent<
  const Type extends string,
  Public extends Fields,
  Private extends Fields,
  Sealed extends SealedFields,
>(type: Type, form: EventForm<Public, Private, Sealed>) {
  const data = z.object({
    public: z.object(form.public),
    private: z.object(form.private),
    sealed: z.object(form.sealed),
    salt: z.base64url().length(43),
  });
  return {
    type,
    about: form.about,
    schemaVersion: 1 + (form.upcasts?.length ?? 0),
    upcasts: form.upcasts ?? [],
    schema: z.object({ type: z.literal(type), data }),
  };
}

/** A stored event of a definition made by defineEvent. */
export type EventOf<Definition extends { schema: z.ZodType }> = z.infer<Definition["schema"]>;

export type AnyEvent = { type: string; data: { public: object; private: object; sealed: object } };

/** An event as decided: what is about a person still stands in clear, and the salt is not drawn. */
export type Draft<Event extends AnyEvent> = Event extends AnyEvent
  ? {
      readonly type: Event["type"];
      readonly public: Readonly<Event["data"]["public"]>;
      readonly private: Readonly<Event["data"]["private"]>;
      readonly sealed: { readonly [Field in keyof Event["data"]["sealed"]]: Secret };
    }
  : never;

/**
 * The three pure functions that define one kind of stream. No clock, no randomness, no I/O.
 *
 * A fold owns its state from `initialState` on: `evolve` may change in place the state it is given,
 * and that state is not used again, so a long stream costs no copy per event. Whoever wants to keep a
 * state never folds into it.
 */
export interface Decider<State, Command, Event extends AnyEvent> {
  /** A new one each time: two folds share nothing. */
  readonly initialState: () => State;
  /** Total: accepts every stored event and never throws, because a stored event is a fact. */
  readonly evolve: (state: State, event: Event) => State;
  /**
   * Returns [] when nothing is left to do, so a retry is harmless. Refuses with DomainError. Never
   * changes the state, which others may look at.
   */
  readonly decide: (command: Command, state: State) => readonly Draft<Event>[];
}

/** A kind of stream: its rules, and which stream is meant by an id, or by a command that holds it. */
export interface Aggregate<Id, State, Command extends Id, Event extends AnyEvent>
  extends Decider<State, Command, Event> {
  readonly streamOf: (id: Id) => string;
  readonly bound: Bound<Command>;
  /** Whether one process often appends to the same stream again soon. */
  readonly isRemembered?: true;
}

/** How far a stream may grow: every command on it reads the whole of it. */
export interface Bound<Command> {
  /** A stream of this length takes no more of what opens something. */
  readonly eventsMax: number;
  /** False for what ends, revokes, releases, settles, refunds or erases: that is never refused. */
  readonly opens: (command: Command) => boolean;
}

/** Who caused an event. Ids, never names. */
export type Actor =
  | `user:${string}`
  | `node:${string}`
  | `operator:${string}`
  | `maintainer:${string}`
  | `provider:${string}`
  | "scheduler";
