const dashedUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const emptyUuid = "00000000-0000-0000-0000-000000000000";

export const eventIdBytes = 16;

/** Lower-case dashed form, as the store answers it; undefined if it is no UUID or the empty one. */
export function parseEventId(text: string): string | undefined {
  const id = text.toLowerCase();
  return dashedUuid.test(id) && id !== emptyUuid ? id : undefined;
}

/** The 16 bytes of RFC 9562 order. */
export const eventIdToBytes = (id: string): Buffer => Buffer.from(id.replaceAll("-", ""), "hex");

export function eventIdFromBytes(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  const cuts = [0, 8, 12, 16, 20, 32];
  return cuts
    .slice(1)
    .map((end, index) => hex.slice(cuts[index], end))
    .join("-");
}
