import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

type Thing = object & { readonly id: string; readonly object: string };

const pageSize = 2;

/** Stripe's lists, newest first and page by page, and its things by id. */
export async function startStripeRecord() {
  const things: Thing[] = [];
  const asked: string[] = [];
  let balance: object | undefined;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://stub");
    asked.push(`${url.pathname}${url.search}`);
    const answer = (status: number, json: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    const [, , list = "", id] = url.pathname.split("/");
    if (list === "balance" && balance !== undefined) return answer(200, balance);
    const all = things.filter(({ object }) => `${object}s` === list);
    if (id !== undefined) {
      const found = all.find((thing) => thing.id === id);
      const error = { type: "invalid_request_error", code: "resource_missing", message: "No such" };
      return found === undefined ? answer(404, { error }) : answer(200, found);
    }
    const newest = all.toReversed();
    const after = newest.findIndex((thing) => thing.id === url.searchParams.get("starting_after"));
    const data = newest.slice(after + 1, after + 1 + pageSize);
    const has_more = after + 1 + pageSize < newest.length;
    return answer(200, { object: "list", url: url.pathname, data, has_more });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    /** In the smallest unit, of which this much can't be paid out yet. */
    hold(amount: number, currency: string, pending = 0): void {
      const sums = { available: [{ amount: amount - pending, currency }] };
      balance = { object: "balance", ...sums, pending: [{ amount: pending, currency }] };
    },
    put: (...more: readonly Thing[]) => void things.push(...more),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
