export interface Count {
  readonly add: (more: number) => void;
  readonly stop: () => void;
}

/** A running count on standard error, for work of which nobody knows the total; nothing where nobody looks. */
export function startCount(what: string): Count {
  let count = 0;
  const isSeen = process.stderr.isTTY;
  return {
    add: (more) => {
      count += more;
      if (isSeen) process.stderr.write(`\r${count.toLocaleString("en")} ${what}`);
    },
    stop: () => {
      if (isSeen && count > 0) process.stderr.write("\r\x1b[K");
      count = 0;
    },
  };
}
