import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** Answers stripe-node as Stripe does, from what a test puts into it. */
export async function startStripeStub() {
  const objects = new Map<string, object>();
  const requests: { path: string; body: URLSearchParams; idempotencyKey: string }[] = [];
  let isDown = false;
  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    const body = new URLSearchParams(await text(request));
    const idempotencyKey = String(request.headers["idempotency-key"] ?? "");
    requests.push({ path, body, idempotencyKey });
    const answer = (status: number, json: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    if (isDown) return answer(503, { error: { type: "api_error", message: "down" } });
    if (path === "/v1/checkout/sessions") {
      const id = `cs_test_${idempotencyKey.replace("cs:", "")}`;
      return answer(200, { id, object: "checkout.session", url: `https://pay.example/${id}` });
    }
    const made = connectAnswer(path, body, objects);
    if (made !== undefined) return answer(...made);
    const found = objects.get(path.split("?")[0] ?? "");
    if (found !== undefined) return answer(200, found);
    const error = { type: "invalid_request_error", code: "resource_missing", message: "No such" };
    return answer(404, { error });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    /** Can be looked up from now on. */
    put(...things: readonly { id: string; object: string }[]): void {
      for (const thing of things) objects.set(`/v1/${thing.object}s/${thing.id}`, thing);
    },
    down(value: boolean): void {
      isDown = value;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function connectAnswer(
  path: string,
  body: URLSearchParams,
  objects: Map<string, object>,
): [number, object] | undefined {
  if (path === "/v1/accounts") return makeAccount(body, objects);
  if (path !== "/v1/account_links") return undefined;
  links += 1;
  const url = `https://onboarding.example/${body.get("account")}/${links}`;
  return [200, { object: "account_link", url }];
}
let links = 0;

/** As Stripe makes one: nobody can be paid there before they said who they are. */
function makeAccount(body: URLSearchParams, objects: Map<string, object>): [number, object] {
  const country = body.get("country");
  if (country === "KP") {
    const error = { type: "invalid_request_error", param: "country", message: "Not served" };
    return [400, { error }];
  }
  const operatorId = body.get("metadata[operator_id]");
  const account = connectedAccount(`acct_${operatorId?.slice(0, 8)}${country}`, operatorId, false);
  const path = `/v1/accounts/${account.id}`;
  if (!objects.has(path)) objects.set(path, account);
  return [200, account];
}

export const connectedAccount = (id: string, operatorId: string | null, isPayable: boolean) => ({
  id,
  object: "account",
  payouts_enabled: isPayable,
  capabilities: { transfers: isPayable ? "active" : "inactive" },
  metadata: { operator_id: operatorId },
});

export type StripeStub = Awaited<ReturnType<typeof startStripeStub>>;
