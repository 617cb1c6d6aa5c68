import { minute } from "../../domain/limits.js";
import { epochMs, type Instant } from "../../domain/time.js";
import { alertIdOf } from "../../platform/ids.js";
import { addAlert } from "../../platform/ops/alertsToTell.js";
import {
  endIncident,
  type Incident,
  listIncidents,
  markIncidentTold,
  noteIncident,
} from "../../platform/ops/incidents.js";
import type { Log } from "../../platform/process/log.js";
import { checkHealth, type Health, type Watching } from "./checkHealth.js";

/**
 * Looks, and has maintainers told of what is not as it should be: once, from the second look on that finds
 * it, and once more when it is over. What passes between two looks is nobody's business.
 */
export async function watchHealth(watching: Watching & { readonly log: Log }): Promise<Health> {
  const { opsDb, clock } = watching;
  const health = await checkHealth(watching);
  const now = clock.now();
  const known = await listIncidents(opsDb);
  for (const incident of known) {
    if (incident.part in health.problems) await tellBegun(watching, incident, now);
    else await tellOver(watching, incident, now);
  }
  for (const [part, problem] of Object.entries(health.problems)) {
    await noteIncident(opsDb, {
      part,
      problem: problem.slice(0, problemCharactersMax),
      since: now,
    });
  }
  return health;
}

const problemCharactersMax = 500;
/** Two who look at the same moment are one look. */
const secondLookMs = minute / 2;

type Telling = Pick<Watching, "opsDb"> & { readonly log: Log };

async function tellBegun(
  { opsDb, log }: Telling,
  { part, problem, since, toldAt }: Incident,
  now: Instant,
): Promise<void> {
  if (toldAt !== null || epochMs(now) - epochMs(since) < secondLookMs) return;
  const sentence = `${part}: ${problem}`;
  // In words of its own, since what relays the log's alerts tells each of them once a day.
  log.error({ part, problem, since }, "an incident has begun");
  await addAlert(opsDb, { id: alertIdOf(`${part} since ${since}`), sentence, raisedAt: now });
  await markIncidentTold(opsDb, { part, since }, now);
}

async function tellOver(
  { opsDb, log }: Telling,
  { part, since, toldAt }: Incident,
  now: Instant,
): Promise<void> {
  if (toldAt !== null) {
    log.warn({ part, since }, "an incident is over");
    const id = alertIdOf(`${part} since ${since} is over`);
    await addAlert(opsDb, { id, sentence: `${part}: all right again.`, raisedAt: now });
  }
  await endIncident(opsDb, { part, since });
}
