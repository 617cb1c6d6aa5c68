import {
  audioFileOf,
  type GenerationEnded,
  isTerminal,
} from "../../../../domain/generation/events.js";
import { audioKeptMs, minute } from "../../../../domain/limits.js";
import { plusMs } from "../../../../domain/time.js";
import { sha256Hex } from "../../../../platform/ids.js";
import type { Accepted } from "../accepted.js";
import { countsOf, ofType, type Picture } from "../picture.js";
import { type Finding, once, wrong } from "./finding.js";

/** Each that was accepted was requested once and has one end; what was delivered is what was recorded. */
export function checkGenerations({ events }: Picture, accepted: readonly Accepted[]): Finding[] {
  const requested = countsOf(
    ofType(events, "GenerationRequested").map(({ event }) => event.data.private.generationId),
  );
  const endsById = new Map<string, GenerationEnded[]>();
  for (const { event } of events) {
    if (!isTerminal(event)) continue;
    const { generationId } = event.data.private;
    endsById.set(generationId, [...(endsById.get(generationId) ?? []), event]);
  }
  const endsOf = (id: string) => endsById.get(id) ?? [];
  const told = accepted.flatMap((line): Finding[] => {
    if (line.what !== "requested" && line.what !== "delivered") return [];
    const { id, at } = line;
    const [end] = endsOf(id);
    const isAnother =
      line.what === "delivered" &&
      (end?.type !== "GenerationCompleted" || end.data.private.sha256 !== line.sha256);
    return [
      ...once(requested.get(id) ?? 0, `generation ${id} requested`, at),
      ...wrong(isAnother, `generation ${id} was delivered with other bytes than were recorded`),
    ];
  });
  const ends = [...requested.keys()].flatMap((id) => [
    ...once(endsOf(id).length, `end of generation ${id}`),
  ]);
  return [...told, ...ends];
}

/** The hour for which a file is kept may end while it is looked for. */
const surelyKeptMs = audioKeptMs - 5 * minute;

/** The file of each completed loop holds the bytes that its event names, and its certificate. */
export const checkAudio = ({ events, audio, takenAt }: Picture): Finding[] =>
  ofType(events, "GenerationCompleted").flatMap(({ event }) => {
    const { generationId, sha256, at } = event.data.private;
    if (plusMs(at, surelyKeptMs) < takenAt) return [];
    const found = audio.get(audioFileOf(sha256));
    if (found === undefined) return [{ sort: "lost", text: `audio of ${generationId}` }];
    return [
      ...wrong(found.sha256 !== sha256, `audio of ${generationId} holds other bytes`),
      ...wrong(!found.isCertified, `audio of ${generationId} has no certificate that is valid`),
    ];
  });

/** Nobody pays for what was not made, and all that was made is paid. */
export function checkUsage({ events, usedByDay }: Picture): Finding[] {
  const dayOf = (data: { userId: string; day: string }) => `${data.userId} ${data.day}`;
  const made = countsOf(
    ofType(events, "GenerationCompleted").map(({ event: { data } }) =>
      dayOf({ userId: data.private.userId, day: data.private.quotaDay }),
    ),
  );
  const places = (type: "QuotaReserved" | "QuotaSpent" | "QuotaReleased") =>
    ofType(events, type).map(({ event: { data } }) => data.private);
  const spent = countsOf(places("QuotaSpent").map(dayOf));
  const ends = [...places("QuotaSpent"), ...places("QuotaReleased")];
  const settled = countsOf(ends.map((each) => `${dayOf(each)} ${each.generationId}`));
  const shown = new Map(usedByDay.map((row) => [dayOf(row), row.used]));
  return [
    ...places("QuotaReserved").flatMap((each) =>
      once(
        settled.get(`${dayOf(each)} ${each.generationId}`) ?? 0,
        `settlement of the reservation for ${each.generationId}`,
      ),
    ),
    ...[...made].flatMap(([day, count]) => [
      ...wrong(spent.get(day) !== count, `${day}: ${count} made, ${spent.get(day)} spent`),
      ...wrong(shown.get(day) !== count, `${day}: ${count} made, ${shown.get(day)} shown`),
    ]),
  ];
}

export const checkLine = ({ inLine }: Picture): Finding[] =>
  inLine.flatMap((id) => wrong(true, `generation ${id} ended and stands in line`));

/** Each loop has one contribution and one certificate of its own. */
export function checkContributions({ events }: Picture): Finding[] {
  const recorded = countsOf(
    ofType(events, "ContributionRecorded").map(({ event }) => event.data.private.generationId),
  );
  const completed = ofType(events, "GenerationCompleted");
  const certificates = countsOf(
    completed.map(({ event }) => sha256Hex(event.data.private.certificate)),
  );
  return [
    ...completed.flatMap(({ event: { data } }) =>
      once(
        recorded.get(data.private.generationId) ?? 0,
        `contribution to ${data.private.generationId}`,
      ),
    ),
    ...wrong(certificates.size !== completed.length, "two loops have the same certificate"),
  ];
}
