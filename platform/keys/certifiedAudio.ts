import { createHash } from "node:crypto";
import type { CertifiedWav } from "../../domain/audio/readWav.js";
import { WavScan } from "../../domain/audio/scanWav.js";

export interface CertifiedAudio extends Pick<CertifiedWav, "certificate"> {
  /** Of the payloads of `fmt ` and `data`: what a certificate vouches for and a node signs. */
  readonly audioSha256: string;
}

/** Hashes the audio in a file while it comes, so that nobody has to hold or to wait for the whole. */
export class AudioHash {
  readonly #hash = createHash("sha256");
  readonly #scan = new WavScan((bytes) => this.#hash.update(bytes));

  push(piece: Uint8Array): void {
    this.#scan.push(piece);
  }

  /** Undefined when it is no WAV file that we take. */
  end(): CertifiedAudio | undefined {
    const wav = this.#scan.end();
    return wav && { certificate: wav.certificate, audioSha256: this.#hash.digest("hex") };
  }
}
