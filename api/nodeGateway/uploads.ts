import type { Readable } from "node:stream";
import { uploadRoom, uploadWaitMsMax } from "../../domain/limits.js";
import { ApiError } from "../errorCodes.js";

const retryAfterSeconds = 2;

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

interface Waiting extends Upload {
  readonly begin: () => void;
}

/**
 * Uploads that this instance reads or checks. Of a node one comes at a time: a node whose line broke
 * sends its audio again while the half-open first upload lives on, so a newer one ends the older.
 * What has arrived whole is ended by nobody. Whoever finds no room waits for some, and until then
 * nothing of the body is read.
 */
export class Uploads {
  /** By node: what waits or is half here. */
  readonly #coming = new Map<string, Readable>();
  readonly #begun = new Set<Upload>();
  readonly #waiting = new Set<Waiting>();

  /** Returns what gives the room back, once the upload is answered. @throws ApiError BUSY */
  async enter(upload: Upload): Promise<() => void> {
    this.#endOlder(upload);
    if (this.#hasRoomFor(upload)) this.#begun.add(upload);
    else await this.#room(upload);
    return () => {
      this.#begun.delete(upload);
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

  #room(upload: Upload): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        upload.request.off("close", giveUp);
      };
      const giveUp = (): void => {
        end();
        reject(noRoom());
      };
      const begin = (): void => {
        end();
        this.#begun.add(upload);
        resolve();
      };
      const waiting = { ...upload, begin };
      const timer = setTimeout(giveUp, uploadWaitMsMax);
      upload.request.once("close", giveUp);
      this.#waiting.add(waiting);
    });
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
