import type { Readable } from "node:stream";
import { second, uploadPaceGraceMs, uploadRoom, uploadWaitMsMax } from "../../domain/limits.js";
import { ApiError } from "../errorCodes.js";

const retryAfterSeconds = 2;
const lookEveryMs = second;

export interface Upload {
  readonly nodeId: string;
  /** HMAC of the address block that it comes from. */
  readonly block: string;
  /** Its length: so much lies on the disk until it is answered. */
  readonly bytes: number;
  /** Its lease is over: it takes no room from work that is still wanted. */
  readonly isLate: boolean;
  /** Its node did work before: nobody has many of those for nothing. */
  readonly isProven: boolean;
  readonly request: Readable;
}

interface Begun extends Upload {
  readonly begunAt: number;
}

interface Waiting extends Upload {
  readonly begin: () => void;
}

/**
 * Uploads that this instance reads or checks. Of a node one comes at a time: a node whose line broke
 * sends its audio again while the half-open first upload lives on, so a newer one ends the older.
 * What has arrived whole is ended by nobody. Whoever finds no room waits for some, and until then
 * nothing of the body is read. Room that slow uploads hold is made free for those who hold less.
 */
export class Uploads {
  /** By node: what waits or is half here. */
  readonly #coming = new Map<string, Readable>();
  readonly #begun = new Set<Begun>();
  readonly #waiting = new Set<Waiting>();

  /** Returns what gives the room back, once the upload is answered. @throws ApiError BUSY */
  async enter(upload: Upload): Promise<() => void> {
    this.#endOlder(upload);
    const begun = this.#hasRoomFor(upload) ? this.#begin(upload) : await this.#room(upload);
    return () => {
      this.#begun.delete(begun);
      for (const waiting of this.#waiting) if (this.#hasRoomFor(waiting)) waiting.begin();
    };
  }

  #endOlder({ nodeId, request }: Upload): void {
    this.#coming.get(nodeId)?.destroy();
    this.#coming.set(nodeId, request);
    // Closes as soon as the body is read.
    request.once("close", () => {
      if (this.#coming.get(nodeId) === request) this.#coming.delete(nodeId);
    });
  }

  #begin(upload: Upload): Begun {
    const begun = { ...upload, begunAt: performance.now() };
    this.#begun.add(begun);
    return begun;
  }

  #hasRoomFor(upload: Upload): boolean {
    const { bytesMax, onProbationBytesMax, perBlock, perNode } =
      uploadRoom[upload.isLate ? "late" : "live"];
    const begun = [...this.#begun].filter(({ isLate }) => isLate === upload.isLate);
    const onProbation = begun.filter(({ isProven }) => !isProven);
    const ofBlock = begun.filter(({ block }) => block === upload.block);
    const ofNode = begun.filter(({ nodeId }) => nodeId === upload.nodeId);
    return (
      fits(upload, begun, { bytesMax }) &&
      (upload.isProven || fits(upload, onProbation, { bytesMax: onProbationBytesMax })) &&
      fits(upload, ofBlock, perBlock) &&
      fits(upload, ofNode, perNode)
    );
  }

  #room(upload: Upload): Promise<Begun> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        clearInterval(looking);
        this.#waiting.delete(waiting);
        upload.request.off("close", giveUp);
      };
      const giveUp = (): void => {
        end();
        reject(noRoom());
      };
      const begin = (): void => {
        end();
        resolve(this.#begin(upload));
      };
      const waiting = { ...upload, begin };
      const timer = setTimeout(giveUp, uploadWaitMsMax);
      const looking = setInterval(() => this.#makeRoomFor(upload), lookEveryMs);
      upload.request.once("close", giveUp);
      this.#waiting.add(waiting);
    });
  }

  /**
   * Where all room is held by nodes that nobody knows yet, the address block that holds most of it gives
   * up its oldest upload that is still coming. Nobody loses one to a block that holds as much.
   */
  #makeRoomFor(upload: Upload): void {
    const { perBlock, perNode } = uploadRoom[upload.isLate ? "late" : "live"];
    const begun = [...this.#begun].filter(({ isLate }) => isLate === upload.isLate);
    const ofBlock = begun.filter(({ block }) => block === upload.block);
    const ofNode = begun.filter(({ nodeId }) => nodeId === upload.nodeId);
    if (!fits(upload, ofBlock, perBlock) || !fits(upload, ofNode, perNode)) return;
    const heldBy = (held: string): number =>
      begun.reduce((sum, { block, bytes }) => (block === held ? sum + bytes : sum), 0);
    const [oldest] = begun
      .filter((each) => this.#isSlow(each))
      .filter(({ block }) => heldBy(block) > heldBy(upload.block) + upload.bytes)
      .toSorted((a, b) => heldBy(b.block) - heldBy(a.block) || a.begunAt - b.begunAt);
    oldest?.request.destroy();
  }

  /** A loop is here within seconds, over any line that is quick enough for the work. */
  #isSlow({ isProven, nodeId, request, begunAt }: Begun): boolean {
    const isComing = this.#coming.get(nodeId) === request;
    return !isProven && isComing && performance.now() - begunAt > uploadPaceGraceMs;
  }
}

const fits = (
  { bytes }: Upload,
  others: readonly Upload[],
  {
    countMax = Number.POSITIVE_INFINITY,
    bytesMax,
  }: { readonly countMax?: number; readonly bytesMax: number },
): boolean =>
  others.length < countMax && others.reduce((sum, each) => sum + each.bytes, bytes) <= bytesMax;

const noRoom = (): ApiError =>
  new ApiError("BUSY", "Too many uploads are on their way just now. Send it again shortly.", {
    retryAfterSeconds,
  });
