/** What a word says of the words beside it. */
export const grammarRoles = [
  /** What follows is not wanted: "no drums". */
  "no",
  /** The word that follows is not meant: "not dark". */
  "not",
  /** What precedes is not wanted, in languages that say it after the noun. */
  "absent",
  /** Nothing else is wanted: "only drums", "drums only". */
  "only",
  /** After a voice it says the same: "drum loop". */
  "loop",
  /** What follows is wanted again: "no drums but piano". */
  "with",
  "join",
  "filler",
] as const;
export type GrammarRole = (typeof grammarRoles)[number];
