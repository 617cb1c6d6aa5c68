import { ApiError } from "./errorCodes.js";

/** Code that walks a value deeper by far could end on its stack. Ours are three levels deep at most. */
const depthMax = 32;
/** The largest that is honest, an order with all its keywords, has a hundred. */
const valuesMax = 256;

const quote = 0x22;
const backslash = 0x5c;
/** What a byte outside of texts adds to the depth, and to the number of values. */
const deeper = new Int8Array(256);
const more = new Int8Array(256);
for (const [bytes, depth, values] of [
  ["[{", 1, 1],
  ["]}", -1, 0],
  [",", 0, 1],
] as const) {
  for (const byte of Buffer.from(bytes)) {
    deeper[byte] = depth;
    more[byte] = values;
  }
}

/**
 * Looks once over the bytes, before anything is made of them: the schemas look at every value, and
 * complain of each, which takes a hundred times as long.
 * @throws ApiError MALFORMED_JSON, BODY_TOO_LARGE
 */
export function refuseUnwieldy(json: Uint8Array): void {
  let depth = 0;
  // Each value but the first follows a comma, or is the first one in another.
  let values = 1;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === quote) at = endOfText(json, at);
    depth += deeper[byte] ?? 0;
    values += more[byte] ?? 0;
    if (depth > depthMax) throw tooDeep();
    if (values > valuesMax) throw tooMany();
  }
}

/** Where the text ends that begins here. */
function endOfText(json: Uint8Array, begin: number): number {
  let at = begin + 1;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at;
}

const tooDeep = (): ApiError =>
  new ApiError("MALFORMED_JSON", `The body is nested more than ${depthMax} levels deep.`);

const tooMany = (): ApiError =>
  new ApiError("BODY_TOO_LARGE", `The body has more than ${valuesMax} values.`);
