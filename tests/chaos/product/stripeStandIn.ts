import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import * as provider from "../../support/providerEvents.js";

/** A gift in cents; the provider keeps the fee. */
export interface Gift {
  readonly intent: string;
  readonly amountMinor: number;
  readonly feeMinor: number;
}

export const feeIdOf = ({ intent }: Pick<Gift, "intent">): string => `txn_${intent}`;

/** Stripe, as far as the ledger asks it something: checkouts, and what was kept of a payment. */
export async function startStripeStandIn() {
  const fees = new Map<string, object>();
  const server = createServer(async (request, response) => {
    await text(request);
    const [path = ""] = request.url?.split("?") ?? [];
    const answer = (status: number, json: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    if (path === "/v1/checkout/sessions") {
      const id = `cs_test_${String(request.headers["idempotency-key"]).replace("cs:", "")}`;
      return answer(200, { id, object: "checkout.session", url: `https://pay.example/${id}` });
    }
    const fee = fees.get(path.replace("/v1/balance_transactions/", ""));
    return fee === undefined
      ? answer(404, { error: { type: "invalid_request_error", code: "resource_missing" } })
      : answer(200, fee);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    know(gift: Gift): void {
      const id = feeIdOf(gift);
      fees.set(id, provider.balanceTransaction(id, gift.amountMinor, "eur", gift.feeMinor));
    },
    close: () => server.close(),
  };
}
export type StripeStandIn = Awaited<ReturnType<typeof startStripeStandIn>>;
