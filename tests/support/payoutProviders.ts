import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What becomes of the next calls that would pay: the answer is lost, or comes before anything happened. */
export type Fault = "none" | "lost" | "500-before" | "500-after" | "refused" | "no-funds";

export interface PaidOut {
  readonly key: string;
  readonly item: string;
  readonly amount: string;
  readonly account: string;
}

/** Stripe's transfers: the same idempotency key is the same transfer, until it is forgotten. */
export async function startTransferStub() {
  const byKey = new Map<string, object>();
  const paid: (PaidOut & { readonly id: string; readonly group: string })[] = [];
  const faults: Fault[] = [];
  let calls = 0;
  const url = await serve(async (request, response, body) => {
    const form = new URLSearchParams(body);
    if (request.method === "GET") {
      const group = new URL(request.url ?? "", "http://x").searchParams.get("transfer_group");
      const data = paid.filter((each) => each.group === group).map(transferOf);
      return answer(response, 200, { object: "list", data, has_more: false, url: "/v1/transfers" });
    }
    calls += 1;
    const fault = faults.shift() ?? "none";
    const refusal = refusals[fault];
    if (refusal !== undefined) return answer(response, ...refusal);
    const key = String(request.headers["idempotency-key"]);
    const known = byKey.get(key);
    const made = known ?? transferOf(pay(key, form));
    byKey.set(key, made);
    return answerAfter(response, fault, 200, made);
  });

  function pay(key: string, form: URLSearchParams) {
    const entry = {
      ...{ key, id: `tr_${paid.length + 1}`, group: form.get("transfer_group") ?? "" },
      ...{ item: form.get("metadata[payout_item]") ?? "", amount: form.get("amount") ?? "" },
      account: form.get("destination") ?? "",
    };
    paid.push(entry);
    return entry;
  }
  return {
    url,
    paid,
    faults,
    calls: () => calls,
    /** As Stripe does with keys after a day. */
    forget: () => byKey.clear(),
  };
}

const transferOf = ({ id, item, group }: { id: string; item: string; group: string }) => ({
  ...{ id, object: "transfer", transfer_group: group, metadata: { payout_item: item } },
});
const errorOf = (type: string, code: string) => ({ error: { type, code, message: code } });

/** Before anything happened. */
const refusals: Partial<Record<Fault, readonly [number, object]>> = {
  "500-before": [500, errorOf("api_error", "down")],
  refused: [400, errorOf("invalid_request_error", "no_account")],
  "no-funds": [400, errorOf("invalid_request_error", "balance_insufficient")],
};

/** After everything happened. */
function answerAfter(
  response: ServerResponse,
  fault: Fault,
  status: number,
  json: object,
): unknown {
  if (fault === "lost") return response.destroy();
  return fault === "500-after"
    ? answer(response, 500, errorOf("api_error", "down"))
    : answer(response, status, json);
}

/** PayPal's payouts: the same sender_batch_id is refused with a link to the batch that it is. */
export async function startPaypalPayoutStub() {
  const batches = new Map<string, { readonly id: string; readonly items: readonly PaidOut[] }>();
  const faults: Fault[] = [];
  const statuses = new Map<string, string>();
  const url: string = await serve(async (request, response, body) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    if (path === "/v1/oauth2/token") {
      return answer(response, 200, { access_token: "t", expires_in: 32_000 });
    }
    if (request.method === "GET") return answer(response, 200, shown(path.split("/").at(-1)));
    const fault = faults.shift() ?? "none";
    const refusal = refusals[fault];
    if (refusal !== undefined) return answer(response, ...refusal);
    const sent = JSON.parse(body);
    const key: string = sent.sender_batch_header.sender_batch_id;
    const known = batches.get(key);
    if (known !== undefined) {
      const href = `${url}/v1/payments/payouts/${known.id}`;
      return answer(response, 400, { name: "DUPLICATE_REQUEST_ID", links: [{ href }] });
    }
    const items = sent.items.map(
      (each: Record<string, string> & { amount: { value: string } }) => ({
        ...{ key, item: each["sender_item_id"], amount: each.amount.value },
        account: each["receiver"],
      }),
    );
    const id = `PB${batches.size + 1}`;
    batches.set(key, { id, items });
    return answerAfter(response, fault, 201, { batch_header: { payout_batch_id: id } });
  });

  function shown(id: string | undefined): object {
    const batch = [...batches.values()].find((each) => each.id === id);
    const items = (batch?.items ?? []).map(({ item }) => ({
      ...{ payout_item_id: `I-${item.slice(-4)}`, payout_item: { sender_item_id: item } },
      transaction_status: statuses.get(item) ?? "SUCCESS",
      payout_item_fee: { value: "0.25", currency: "EUR" },
    }));
    return { batch_header: { batch_status: "SUCCESS" }, total_pages: 1, items };
  }
  return {
    url,
    faults,
    /** By the payout's id, as PayPal calls it. */
    statuses,
    paid: () => [...batches.values()].flatMap(({ items }) => items),
  };
}

type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
) => Promise<unknown>;

async function serve(handler: Handler): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    await handler(request, response, Buffer.concat(chunks).toString());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

const answer = (response: ServerResponse, status: number, json: object) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
