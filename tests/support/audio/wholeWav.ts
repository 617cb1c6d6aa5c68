import { type Wav, walkWav } from "../../../domain/audio/readWav.js";
import type { Reading } from "../../../domain/audio/riff.js";
import { WavScan } from "../../../domain/audio/scanWav.js";
import { sizeOf } from "../../../domain/byteRange.js";

/** What the audio check says about the headers of a file, here of one in memory. */
export function readWav(file: Uint8Array): Reading<Wav> {
  const walk = walkWav(file.length);
  let step = walk.next(new Uint8Array());
  while (!step.done) step = walk.next(file.subarray(step.value.start, step.value.end));
  return step.value;
}

/** The certificate that a file carries, of which all comes at once. */
export function findCertificate(file: Uint8Array): string | undefined {
  const scan = new WavScan(() => undefined);
  scan.push(file);
  return scan.end()?.certificate;
}

/** The bytes that a certificate vouches for, cut out of a file that was read. */
export function certifiedBytes(file: Uint8Array, { fmt, data }: Wav): Uint8Array {
  const bytes = new Uint8Array(sizeOf(fmt) + sizeOf(data));
  bytes.set(file.subarray(fmt.start, fmt.end));
  bytes.set(file.subarray(data.start, data.end), sizeOf(fmt));
  return bytes;
}
