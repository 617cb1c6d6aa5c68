import { setTimeout as pause } from "node:timers/promises";
import { Refusal } from "../process/refusal.js";
import { type ConnectionFault, connectionFault, nodesToDiscover } from "./connectionFault.js";
import { createEventStore, type EventStore } from "./eventStore.js";

/** A server that is starting, or a cluster that elects its leader, is given this long. */
const patienceMsDefault = 10_000;
const lookAgainMs = 250;

/**
 * Connects to an event store and makes sure that it lets us work, so that whoever starts a process
 * learns at once why it can't. @throws Refusal in one line, without the password
 */
export async function openEventStore(
  url: string,
  patienceMs = patienceMsDefault,
): Promise<EventStore> {
  const store = connect(url);
  const startedAt = performance.now();
  for (;;) {
    const fault = await findFault(store, url);
    if (fault === undefined) return store;
    if (fault.isFinal || performance.now() - startedAt > patienceMs) {
      await store.close();
      throw refusal(fault.reason);
    }
    await pause(lookAgainMs);
  }
}

const refusal = (reason: string): Refusal => new Refusal(`EVENTSTORE_URL: ${reason}`);

/** Nothing is sent yet; what can fail is a file that the address names. */
function connect(url: string): EventStore {
  try {
    return createEventStore(url);
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error));
  }
}

async function findFault(store: EventStore, url: string): Promise<ConnectionFault | undefined> {
  const error = await failureOf(store);
  if (error === undefined) return undefined;
  const fault = connectionFault(error, url);
  if (fault.isFinal) return fault;
  // The client keeps to itself why it found no node, so each is asked by itself.
  const errors = await Promise.all(nodesToDiscover(url).map(failureOfNode));
  const faults = errors.flatMap((each) => (each === undefined ? [] : connectionFault(each, url)));
  return faults.find(({ isFinal }) => isFinal) ?? faults[0] ?? fault;
}

async function failureOfNode(url: string): Promise<unknown> {
  const store = connect(url);
  try {
    return await failureOf(store);
  } finally {
    await store.close();
  }
}

const failureOf = (store: EventStore): Promise<unknown> =>
  store.askLeader().then(
    () => undefined,
    (error: Error) => error.cause ?? error,
  );
