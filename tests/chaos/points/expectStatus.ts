import type { Answer } from "../product/persistentCall.js";

/** @throws Error that tells the answer */
export function expectStatus(
  wanted: number,
  { status, code }: Pick<Answer, "status" | "code">,
): void {
  if (status !== wanted) throw new Error(`${status} ${code} in place of ${wanted}.`);
}
