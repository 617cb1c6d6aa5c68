/** A German account number that nobody else has, with its check digits: ISO 13616, mod 97. */
export function ibanOf(n: number): string {
  const account = `37040044${String(n).padStart(10, "0")}`;
  const check = 98n - (BigInt(`${account}131400`) % 97n);
  return `DE${String(check).padStart(2, "0")}${account}`;
}
