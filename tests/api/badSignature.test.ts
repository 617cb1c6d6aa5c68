import { pino } from "pino";
import { expect, it } from "vitest";
import { Refusals } from "../../api/refusals.js";
import { badSignature } from "../../api/routes/webhooks/takeIn.js";

it("a refused signature is told to the log with its reason, and to the caller without", () => {
  const lines: string[] = [];
  const counted: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const countBadSignature = (provider: string) => void counted.push(provider);
  const refusals = new Refusals(log, () => undefined);
  const error = badSignature({ log, countBadSignature, refusals }, "paypal", "chain");
  refusals.close();
  expect(JSON.parse(lines.join())).toMatchObject({
    provider: "paypal",
    refusal: "chain",
    why: expect.stringContaining("PAYPAL_CA_FILE"),
  });
  expect(counted).toEqual(["paypal"]);
  expect(error.message).not.toContain("chain");
});
