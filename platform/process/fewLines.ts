/** What came beyond the lines of a minute: how often, by kind. */
export type Uncounted = Readonly<Record<string, number>>;

interface Told {
  lines: number;
  readonly more: Map<string, number>;
}

const subjectsMax = 1000;
/** All those together that come when so many others were told of already. */
const others = "others";

/**
 * Writes at most so many lines a minute about one subject, and then one that counts the rest: whoever can
 * make a server write as much as they like can hide in it what they do besides.
 */
export class FewLines {
  readonly #linesMax: number;
  readonly #tellMore: (subject: string, more: Uncounted) => void;
  readonly #told = new Map<string, Told>();

  constructor(linesMax: number, tellMore: (subject: string, more: Uncounted) => void) {
    this.#linesMax = linesMax;
    this.#tellMore = tellMore;
  }

  /** `kind` comes from a short list. Whether the line was written. */
  write(subject: string, kind: string, line: () => void): boolean {
    const told = this.#toldOf(subject);
    if (told.lines < this.#linesMax) {
      told.lines += 1;
      line();
      return true;
    }
    told.more.set(kind, (told.more.get(kind) ?? 0) + 1);
    return false;
  }

  /** Tells of what no line was written, and begins anew: to be called once a minute, and at the end. */
  flush(): void {
    const all = [...this.#told];
    this.#told.clear();
    for (const [subject, { more }] of all) {
      if (more.size > 0) this.#tellMore(subject, Object.fromEntries(more));
    }
  }

  #toldOf(subject: string): Told {
    const known = this.#told.get(subject);
    if (known !== undefined) return known;
    if (this.#told.size >= subjectsMax && subject !== others) return this.#toldOf(others);
    const told = { lines: 0, more: new Map<string, number>() };
    this.#told.set(subject, told);
    return told;
  }
}
