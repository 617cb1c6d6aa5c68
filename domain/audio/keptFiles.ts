/** Which generated files go before their hour is over, when they are too many together. */

export interface KeptFile {
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Undefined where it is not known who asked for it, or whether they have it. */
  readonly holder: FileHolder | undefined;
}

export interface FileHolder {
  readonly account: string;
  /** HMAC of the address block from which it was asked for. */
  readonly block: string | undefined;
  readonly isDelivered: boolean;
}

export interface KeptLimits {
  readonly nowMs: number;
  readonly keptMs: number;
  /** Beyond it, what was delivered goes. */
  readonly bytesMax: number;
  /** Beyond it, the disk matters more than what was not delivered. */
  readonly bytesHardMax: number;
}

/** What an account or an address block holds. */
interface Share {
  bytes: number;
  /** Oldest first. */
  readonly files: KeptFile[];
}

/**
 * All that is too old; and then, file by file, the oldest of whoever holds most, account or address
 * block. A loop that was charged and that nobody has fetched yet stays for its hour.
 */
export function filesToRemove(files: readonly KeptFile[], limits: KeptLimits): readonly string[] {
  const isOld = ({ modifiedMs }: KeptFile): boolean => limits.nowMs - modifiedMs > limits.keptMs;
  const young = files.filter((file) => !isOld(file));
  const old = files.filter(isOld).map(({ name }) => name);
  return [...old, ...namesThatGiveWay(young, limits)];
}

function namesThatGiveWay(files: readonly KeptFile[], limits: KeptLimits): readonly string[] {
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= limits.bytesMax) return [];
  const shares = sharesOf(files.toSorted((a, b) => a.modifiedMs - b.modifiedMs));
  const gone = new Set<string>();
  const makeRoom = (bytesMax: number, mayGo: (file: KeptFile) => boolean): void => {
    const queues = new Map([...shares.values()].map((share) => [share, share.files.filter(mayGo)]));
    while (bytes > bytesMax) {
      const file = nextOf(queues, gone);
      if (file === undefined) return;
      gone.add(file.name);
      bytes -= file.bytes;
      for (const key of holdersOf(file)) takeFrom(shares.get(key), file);
    }
  };
  makeRoom(limits.bytesMax, ({ holder }) => holder?.isDelivered === true);
  makeRoom(limits.bytesHardMax, () => true);
  return [...gone];
}

function sharesOf(files: readonly KeptFile[]): Map<string, Share> {
  const shares = new Map<string, Share>();
  for (const file of files) {
    for (const key of holdersOf(file)) {
      const share = shares.get(key) ?? { bytes: 0, files: [] };
      shares.set(key, share);
      share.bytes += file.bytes;
      share.files.push(file);
    }
  }
  return shares;
}

function holdersOf({ holder }: KeptFile): readonly string[] {
  if (holder === undefined) return ["nobody known"];
  const { account, block } = holder;
  return [`account ${account}`, ...(block === undefined ? [] : [`block ${block}`])];
}

function takeFrom(share: Share | undefined, { bytes }: KeptFile): void {
  if (share !== undefined) share.bytes -= bytes;
}

/** The oldest of the largest share that has one. */
function nextOf(
  queues: ReadonlyMap<Share, KeptFile[]>,
  gone: ReadonlySet<string>,
): KeptFile | undefined {
  let [largest, next]: [number, KeptFile | undefined] = [-1, undefined];
  for (const [{ bytes }, queue] of queues) {
    while (queue[0] !== undefined && gone.has(queue[0].name)) queue.shift();
    if (queue[0] !== undefined && bytes > largest) [largest, next] = [bytes, queue[0]];
  }
  return next;
}
