import { answerMsMax } from "../patience.js";
import { withinTime } from "../process/outage.js";
import type { Place, WaitingLine } from "./waitingLine.js";

/**
 * The waiting line for requests, which rather fail than wait. What they asked for happens all the
 * same, once Redis answers again. @throws OutageError
 */
export function promptLine(line: WaitingLine): WaitingLine {
  return {
    join: (...about) => within(line.join(...about)),
    remove: (generationId) => within(line.remove(generationId)),
    list: () => within(line.list()),
    // Only sweeps go over all of it.
    standing: () => line.standing(),
    async take(queue, token) {
      const taking = line.take(queue, token);
      try {
        const place = await within(taking);
        return place && promptPlace(place);
      } catch (error) {
        // A place that comes too late would be nobody's until its lock ends.
        taking.then((late) => late?.putBack()).catch(() => undefined);
        throw error;
      }
    },
    close: () => line.close(),
  };
}

const promptPlace = (place: Place): Place => ({
  generationId: place.generationId,
  putBack: () => within(place.putBack()),
  leave: () => within(place.leave()),
});

const within = <Answer>(work: Promise<Answer>): Promise<Answer> =>
  withinTime("The waiting line", answerMsMax, work);
