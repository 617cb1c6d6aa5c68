import type { Metre } from "../../../domain/audio/concepts.js";
import type { Rhythms } from "../instruments/habit.js";
import type { Groove, Style } from "../styles/style.js";
import { commonTime, refit } from "./metre.js";

/** A style with all its rhythms in a metre. */
export function inMetre(style: Style, metre: Metre): Style {
  const from = style.metre ?? commonTime;
  const refitAll = (groove: Groove): Groove =>
    Object.fromEntries(
      Object.entries(groove).map(([drum, rhythm]) => [drum, refit(rhythm, from, metre)]),
    );
  return {
    ...style,
    metre,
    grooves: style.grooves.map(refitAll),
    fills: style.fills.map(refitAll),
    parts: style.parts.map((part) =>
      part.rhythms === undefined
        ? part
        : { ...part, rhythms: refitEach(part.rhythms, from, metre) },
    ),
  };
}

export function refitEach([first, ...others]: Rhythms, from: Metre, to: Metre): Rhythms {
  return [refit(first, from, to), ...others.map((rhythm) => refit(rhythm, from, to))];
}
