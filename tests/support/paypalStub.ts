import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

interface Answer {
  readonly status: number;
  readonly json?: object;
  readonly location?: string;
}

export interface ListedTransaction {
  readonly transaction_id: string;
  readonly transaction_initiation_date: string;
  readonly transaction_event_code: string;
}

const windowMsMax = 31 * 86_400_000;
/** Fewer than anybody asks for, so that lists have pages. */
const listedMax = 2;

/** PayPal's transaction search: 31 days at most, oldest first, page by page. */
function searchTransactions(all: readonly ListedTransaction[], query: URLSearchParams): Answer {
  const at = (name: string) => Date.parse(query.get(name) ?? "");
  const [from, to] = [at("start_date"), at("end_date")];
  if (!(to - from <= windowMsMax)) return { status: 400, json: { name: "INVALID_REQUEST" } };
  const found = all.filter(({ transaction_initiation_date: date }) => {
    const ms = Date.parse(date);
    return ms >= from && ms <= to;
  });
  const page = Number(query.get("page"));
  const size = Math.min(listedMax, Number(query.get("page_size")));
  const listed = found.slice((page - 1) * size, page * size);
  const total_pages = Math.ceil(found.length / size);
  const transaction_details = listed.map((transaction_info) => ({ transaction_info }));
  return { status: 200, json: { transaction_details, page, total_pages } };
}

/** Answers as PayPal's REST API does: a token first, then what a test puts into it. */
export async function startPaypalStub() {
  const objects = new Map<string, object>();
  const transactions: ListedTransaction[] = [];
  const requests: { path: string; body: string; requestId: string }[] = [];
  const token = { current: "token-1", asked: 0 };
  let isDown = false;

  function giveToken(authorization: string | undefined, body: string): Answer {
    token.asked += 1;
    const basic = `Basic ${Buffer.from("client:secret").toString("base64")}`;
    if (authorization !== basic || body !== "grant_type=client_credentials") {
      return { status: 401, json: { error: "invalid_client" } };
    }
    const given = { access_token: token.current, token_type: "Bearer", expires_in: 32_400 };
    return { status: 200, json: given };
  }

  function give(path: string): Answer {
    if (path === "/v2/checkout/orders") {
      const href = "https://www.sandbox.paypal.com/checkoutnow?token=ORDER1";
      return { status: 201, json: { id: "ORDER1", links: [{ rel: "payer-action", href }] } };
    }
    const [route, query] = path.split("?");
    if (route === "/v1/reporting/transactions") {
      return searchTransactions(transactions, new URLSearchParams(query));
    }
    if (path.endsWith("/capture")) return { status: 201, json: { status: "COMPLETED" } };
    if (path.endsWith("/MOVED")) return { status: 302, location: "/v2/payments/captures/CAP1" };
    const json = objects.get(path);
    return json === undefined ? { status: 404, json: {} } : { status: 200, json };
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const { url: path = "", headers } = request;
    const send = ({ status, json, location }: Answer) => {
      if (location !== undefined) response.setHeader("location", location);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    };
    if (isDown) return send({ status: 503, json: {} });
    if (path === "/v1/oauth2/token") return send(giveToken(headers.authorization, body));
    if (headers.authorization !== `Bearer ${token.current}`) return send({ status: 401, json: {} });
    requests.push({ path, body, requestId: String(headers["paypal-request-id"] ?? "") });
    return send(give(path));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    tokensAsked: () => token.asked,
    /** The token that was given out is not taken any more. */
    revokeToken(): void {
      token.current = `token-${token.asked + 2}`;
    },
    listTransactions: (...more: readonly ListedTransaction[]) => void transactions.push(...more),
    putCapture: (capture: { id: string }) =>
      objects.set(`/v2/payments/captures/${capture.id}`, capture),
    putRefund: (refund: { id: string }) => objects.set(`/v2/payments/refunds/${refund.id}`, refund),
    putDispute: (dispute: { dispute_id: string }) =>
      objects.set(`/v1/customer/disputes/${dispute.dispute_id}`, dispute),
    down(value: boolean): void {
      isDown = value;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
export type PaypalStub = Awaited<ReturnType<typeof startPaypalStub>>;
