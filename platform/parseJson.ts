/** Undefined for what is not JSON; the built-in error would quote the text, and with it secrets. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
