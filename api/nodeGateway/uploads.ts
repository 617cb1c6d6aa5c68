import type { Readable } from "node:stream";
import {
  uploadBytesMax,
  uploadsPerBlockMax,
  uploadsPerNodeMax,
  uploadWaitMsMax,
} from "../../domain/limits.js";
import { ApiError } from "../errorCodes.js";

const retryAfterSeconds = 2;

export interface Upload {
  readonly nodeId: string;
  /** HMAC of the address block that it comes from. */
  readonly block: string;
  /** Its length: so much lies on the disk until it is answered. */
  readonly bytes: number;
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

  #hasRoomFor({ nodeId, block, bytes }: Upload): boolean {
    const begun = [...this.#begun];
    const bytesBegun = begun.reduce((sum, each) => sum + each.bytes, 0);
    return (
      bytesBegun + bytes <= uploadBytesMax &&
      begun.filter((each) => each.block === block).length < uploadsPerBlockMax &&
      begun.filter((each) => each.nodeId === nodeId).length < uploadsPerNodeMax
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

const noRoom = (): ApiError =>
  new ApiError("BUSY", "Too many uploads are on their way just now. Send it again shortly.", {
    retryAfterSeconds,
  });
