import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { z } from "zod";
import { systemClock } from "../../../platform/process/clock.js";

const fact = <const What extends string, Shape extends z.ZodRawShape>(what: What, shape: Shape) =>
  z.object({ what: z.literal(what), at: z.string(), ...shape });

/** What the system said that it had taken, in the words of whoever was told. */
const acceptedSchema = z.discriminatedUnion("what", [
  fact("requested", { id: z.uuid() }),
  /** `sha256` is of the bytes that came, in hex. */
  fact("delivered", { id: z.uuid(), sha256: z.string() }),
  fact("registered", { email: z.string() }),
  fact("erased", { email: z.string() }),
  fact("key", { id: z.uuid() }),
  fact("revoked", { id: z.uuid() }),
  fact("pledged", { id: z.uuid() }),
  /** A webhook; amount and fee are of the gift that it is about, in cents. */
  fact("webhook", {
    delivery: z.string(),
    intent: z.string(),
    tells: z.enum(["payment", "fee"]),
    amountMinor: z.int(),
    feeMinor: z.int(),
  }),
  /** Cents that left the balance at Stripe. */
  fact("expense", { id: z.uuid(), amountMinor: z.int() }),
]);
export type Accepted = z.infer<typeof acceptedSchema>;
export type AcceptedOf<What extends Accepted["what"]> = Extract<Accepted, { what: What }>;
type Told = Accepted extends infer Each
  ? Each extends Accepted
    ? Omit<Each, "at">
    : never
  : never;

/** A file of one line each. Each is on the disk before whoever was told goes on. */
export class AcceptedFile {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, "a", 0o600);
  }

  add(told: Told): void {
    writeSync(this.#file, `${JSON.stringify({ ...told, at: systemClock.now() })}\n`);
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}

export const readAccepted = (path: string): Accepted[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => acceptedSchema.parse(JSON.parse(line)));
