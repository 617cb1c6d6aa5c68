const varintWireType = 0;
const delimitedWireType = 2;

/**
 * Just enough protobuf to write a stored event once and send its bytes for ever after. Everything
 * else goes through the client's generated classes, and the tests decode these bytes with them.
 *
 * A message is written from its end to its start: when the length of a part is to be written in
 * front of it, the part is there already, and one buffer is filled once.
 */
export class MessageWriter {
  readonly #buffer: Buffer;
  #start: number;

  /** `bytesMax` must be enough for all that will be written. */
  constructor(bytesMax: number) {
    this.#buffer = Buffer.allocUnsafe(bytesMax);
    this.#start = bytesMax;
  }

  /** Where the part written last begins, counted back from the end of the message. */
  get length(): number {
    return this.#buffer.length - this.#start;
  }

  get written(): Buffer {
    return this.#buffer.subarray(this.#start);
  }

  /** Fields that are encoded already. */
  encoded(fields: Uint8Array): void {
    this.#start -= fields.length;
    this.#buffer.set(fields, this.#start);
  }

  bytes(field: number, value: Uint8Array): void {
    this.encoded(value);
    this.#header(field, value.length);
  }

  /** Returns where the text itself begins, counted back from the end of the message. */
  string(field: number, value: string): number {
    const length = Buffer.byteLength(value);
    this.#start -= length;
    this.#buffer.write(value, this.#start);
    const textStart = this.length;
    this.#header(field, length);
    return textStart;
  }

  uint64(field: number, value: bigint): void {
    const low = Number(BigInt.asUintN(32, value));
    const high = Number(BigInt.asUintN(32, value >> 32n));
    this.#varint(low, high);
    this.#varint((field << 3) | varintWireType);
  }

  /** Makes a message of all that was written since `length` was `lengthBefore`. */
  message(field: number, lengthBefore: number): void {
    this.#header(field, this.length - lengthBefore);
  }

  /** Bytes in front of the message that are no part of it, for the caller to fill. */
  reserve(byteCount: number): void {
    this.#start -= byteCount;
  }

  #header(field: number, length: number): void {
    this.#varint(length);
    this.#varint((field << 3) | delimitedWireType);
  }

  /** Seven bits to a byte, lowest first, in 32-bit halves: arithmetic on bigints is slow. */
  #varint(lowBits: number, highBits = 0): void {
    let low = lowBits;
    let high = highBits;
    let at = this.#start - varintLength(low, high);
    this.#start = at;
    while (high > 0 || low > 0x7f) {
      this.#buffer[at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#buffer[at] = low;
  }
}

function varintLength(low: number, high: number): number {
  const bits = high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(low);
  return Math.max(1, Math.ceil(bits / 7));
}
