import { certificateBytesMax, fmtBytesMax, readFormat } from "./readWav.js";
import { ascii, chunkHeaderBytes, chunksMax, riffHeaderBytes, viewOf } from "./riff.js";
import { bytesPerFrame, certificateChunkId } from "./writeWav.js";

export interface ScannedWav {
  /** As found: it is neither checked nor known to be one. */
  readonly certificate: string | undefined;
}

/** What comes next: a header, or the payload of a chunk that is kept, handed on or passed over. */
type Section = "riff" | "header" | "kept" | "data" | "passed over" | "padding" | "broken";

/**
 * Reads a stranger's file while it comes, in pieces of any size, and holds no more of it than its
 * headers. Judges as `readWav` and `findCertificate` do. Never throws.
 */
export class WavScan {
  readonly #onCertified: (bytes: Uint8Array) => void;
  #section: Section = "riff";
  /** Bytes until the section ends. */
  #left = riffHeaderBytes;
  #held = new Uint8Array(riffHeaderBytes);
  #heldBytes = 0;
  #bytes = 0;
  #bytesClaimed = 0;
  #chunks = 0;
  #chunkId = "";
  #isOdd = false;
  #fmt: Uint8Array | undefined;
  #dataBytes: number | undefined;
  #certificate: string | undefined;
  #hasCertificateChunk = false;

  /** `onCertified` gets the payloads of `fmt ` and `data`, in the order in which they are hashed. */
  constructor(onCertified: (bytes: Uint8Array) => void) {
    this.#onCertified = onCertified;
  }

  push(piece: Uint8Array): void {
    this.#bytes += piece.length;
    for (let at = 0; at < piece.length && !this.#isBroken(); ) {
      const taken = piece.subarray(at, at + this.#left);
      this.#take(taken);
      at += taken.length;
      this.#left -= taken.length;
      // A payload may be empty, and then its section ends before a byte of it.
      while (this.#left === 0 && !this.#isBroken()) this.#endSection();
    }
  }

  #isBroken(): boolean {
    return this.#section === "broken";
  }

  /** What the file is, once all of it was pushed; undefined when it is none that we take. */
  end(): ScannedWav | undefined {
    const isWhole = this.#section === "header" && this.#heldBytes === 0;
    if (!isWhole || this.#bytes !== this.#bytesClaimed) return undefined;
    if (this.#fmt === undefined || this.#dataBytes === undefined) return undefined;
    const format = readFormat(viewOf(this.#fmt));
    if (!format.ok || this.#dataBytes % bytesPerFrame(format.value) !== 0) return undefined;
    return { certificate: this.#certificate };
  }

  #take(bytes: Uint8Array): void {
    switch (this.#section) {
      case "data":
        this.#onCertified(bytes);
        return;
      case "padding":
        if (bytes[0] !== 0) this.#section = "broken";
        return;
      case "riff":
      case "header":
      case "kept":
        this.#held.set(bytes, this.#heldBytes);
        this.#heldBytes += bytes.length;
        return;
      case "passed over":
      case "broken":
        return;
    }
  }

  #endSection(): void {
    switch (this.#section) {
      case "riff":
        this.#endRiff();
        return;
      case "header":
        this.#endHeader();
        return;
      case "kept":
        this.#keep();
        this.#endPayload();
        return;
      case "data":
      case "passed over":
        this.#endPayload();
        return;
      case "padding":
        this.#begin("header", chunkHeaderBytes);
        return;
      case "broken":
        return;
    }
  }

  #endRiff(): void {
    const held = this.#held;
    const isWave = ascii(held.subarray(0, 4)) === "RIFF" && ascii(held.subarray(8, 12)) === "WAVE";
    this.#bytesClaimed = chunkHeaderBytes + viewOf(held).getUint32(4, true);
    this.#begin(isWave ? "header" : "broken", chunkHeaderBytes);
  }

  #endHeader(): void {
    const size = viewOf(this.#held).getUint32(4, true);
    this.#chunkId = ascii(this.#held.subarray(0, 4));
    this.#isOdd = size % 2 === 1;
    this.#chunks += 1;
    const section = this.#chunks > chunksMax ? "broken" : this.#sectionOf(size);
    this.#begin(section, size);
  }

  #sectionOf(size: number): Section {
    switch (this.#chunkId) {
      case "fmt ":
        return this.#fmt === undefined && size <= fmtBytesMax ? "kept" : "broken";
      case "data": {
        if (this.#fmt === undefined || this.#dataBytes !== undefined) return "broken";
        this.#dataBytes = size;
        return "data";
      }
      case certificateChunkId: {
        const isFirst = !this.#hasCertificateChunk;
        this.#hasCertificateChunk = true;
        return isFirst && size <= certificateBytesMax ? "kept" : "passed over";
      }
      default:
        return "passed over";
    }
  }

  #keep(): void {
    if (this.#chunkId === certificateChunkId) {
      this.#certificate = ascii(this.#held);
      return;
    }
    this.#fmt = this.#held;
    this.#onCertified(this.#fmt);
  }

  #endPayload(): void {
    if (this.#isOdd) this.#begin("padding", 1);
    else this.#begin("header", chunkHeaderBytes);
  }

  #begin(section: Section, bytes: number): void {
    const holds = section === "header" || section === "kept";
    this.#held = new Uint8Array(holds ? bytes : 0);
    this.#heldBytes = 0;
    this.#section = section;
    this.#left = bytes;
  }
}
