/** Part of a file; `end` is the first byte after it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export const sizeOf = ({ start, end }: ByteRange): number => end - start;
