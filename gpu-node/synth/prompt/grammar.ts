/** Words that say what the words beside them are for. */
const roles = {
  no: "no, not, without, minus, except, zero, sans, pas de, ohne, kein, keine, sin, senza",
  only: "only, just, solo, isolated, alone, nothing but, seulement, uniquement, nur, solamente",
  loop: "loop, loops, stem, stems",
  join: "and, or, nor, et, ou, und, oder, y, e, o, plus",
  filler: "a, an, the, any, some, le, la, les, de, des, der, die, das, el, los",
} as const;
export type GrammarRole = keyof typeof roles;

export const grammar: readonly { readonly words: readonly string[]; readonly role: GrammarRole }[] =
  (["no", "only", "loop", "join", "filler"] as const).map((role) => ({
    words: roles[role].split(", "),
    role,
  }));
