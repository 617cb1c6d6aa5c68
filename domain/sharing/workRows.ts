/** One contribution as it is kept until its month is closed: a month may have millions. */
export interface WorkRow {
  readonly generationId: string;
  /** Undefined where the event does not say it. */
  readonly askedBy: string | undefined;
  /** Which node: its index. */
  readonly node: number;
  /** Up to 2^53. */
  readonly units: number;
  /** Up to 8 bits. */
  readonly flags: number;
}

const idBytes = 16;
const offsets = { askedBy: idBytes, units: 2 * idBytes, node: 2 * idBytes + 8, flags: 44 };
const rowBytes = 45;
const rowsPerBlock = 16_384;
const nobody = Buffer.alloc(idBytes);

/** Rows of 45 bytes in blocks, instead of a million objects. Kept in the order in which they came. */
export class WorkRows {
  #blocks: Buffer[] = [];
  #length = 0;

  add({ generationId, askedBy, node, units, flags }: WorkRow): void {
    const inBlock = this.#length % rowsPerBlock;
    if (inBlock === 0) this.#blocks.push(Buffer.alloc(rowBytes * rowsPerBlock));
    const block = this.#blocks.at(-1) as Buffer;
    const at = inBlock * rowBytes;
    block.write(hexOf(generationId), at, "hex");
    if (askedBy !== undefined) block.write(hexOf(askedBy), at + offsets.askedBy, "hex");
    block.writeDoubleLE(units, at + offsets.units);
    block.writeUInt32LE(node, at + offsets.node);
    block.writeUInt8(flags, at + offsets.flags);
    this.#length += 1;
  }

  /** Reads a row; ids are read only when they are asked for. */
  *[Symbol.iterator](): Generator<WorkRow> {
    for (let index = 0; index < this.#length; index += 1) {
      const block = this.#blocks[Math.floor(index / rowsPerBlock)] as Buffer;
      yield rowAt(block, (index % rowsPerBlock) * rowBytes);
    }
  }

  clear(): void {
    this.#blocks = [];
    this.#length = 0;
  }
}

const rowAt = (block: Buffer, at: number): WorkRow => ({
  get generationId() {
    return uuidAt(block, at);
  },
  get askedBy() {
    const start = at + offsets.askedBy;
    const isSaid = block.compare(nobody, 0, idBytes, start, start + idBytes) !== 0;
    return isSaid ? uuidAt(block, start) : undefined;
  },
  units: block.readDoubleLE(at + offsets.units),
  node: block.readUInt32LE(at + offsets.node),
  flags: block.readUInt8(at + offsets.flags),
});

const hexOf = (uuid: string): string => uuid.replaceAll("-", "");

function uuidAt(block: Buffer, at: number): string {
  const hex = block.toString("hex", at, at + idBytes);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20)].join("-");
}
