import type { VoiceConcept } from "../../../domain/audio/concepts.js";
import type { Item } from "./lexicon.js";

export interface Sifted {
  readonly kept: readonly Item[];
  readonly without: readonly VoiceConcept[];
}

/**
 * How far a negation reaches: "no" looks for a voice, past adjectives and one word that is not known;
 * "not" is over with the word after it; once a voice is named, only others joined to it follow.
 */
type Reach = "none" | "no" | "no, skipped" | "not" | "named";

/** "No kick or hats, piano" leaves kick and hats out and keeps the piano. */
export function takeOutUnwanted(items: readonly Item[]): Sifted {
  const without: VoiceConcept[] = [];
  const kept: Item[] = [];
  const leaveOut = (item: Item) => {
    if (item.kind === "voice") without.push(item.voice);
  };
  let reach: Reach = "none";
  for (const item of items) {
    const before = reach;
    reach = reachAfter(before, item);
    if (item.kind === "absent") takeBack(kept).forEach(leaveOut);
    else if (reach !== "none" || (before === "not" && isAdjective(item))) leaveOut(item);
    else kept.push(item);
  }
  return { kept, without };
}

const isAdjective = ({ kind }: Item): boolean =>
  kind === "mood" || kind === "style" || kind === "metre";

function reachAfter(reach: Reach, item: Item): Reach {
  switch (item.kind) {
    case "no":
    case "not":
      return item.kind;
    case "join":
    case "filler":
      return reach;
    case "voice":
      return reach === "none" ? "none" : "named";
    case "style":
    case "mood":
    case "metre":
      return reach === "no" || reach === "no, skipped" ? reach : "none";
    case "other":
      return reach === "no" ? "no, skipped" : "none";
    case "absent":
    case "only":
    case "loop":
    case "with":
    case "pause":
      return "none";
  }
}

/** The last thing that was named, with what is joined to it: "drums and bass" before "absent". */
function takeBack(kept: Item[]): Item[] {
  const taken: Item[] = [];
  while (kept.length > 0) {
    const item = kept.at(-1);
    const isNamed = item?.kind === "voice" || (item !== undefined && isAdjective(item));
    if (item === undefined || (isNamed && taken.length > 0 && !isJoinedOn(taken))) break;
    if (!isNamed && item.kind !== "join" && item.kind !== "filler" && item.kind !== "loop") break;
    taken.push(item);
    kept.pop();
  }
  return taken;
}

const isJoinedOn = (taken: readonly Item[]): boolean => taken.at(-1)?.kind === "join";
