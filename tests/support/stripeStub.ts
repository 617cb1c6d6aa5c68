import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Answers stripe-node as Stripe does, from what a test puts into it. */
export async function startStripeStub() {
  const objects = new Map<string, object>();
  const requests: { path: string; body: URLSearchParams; idempotencyKey: string }[] = [];
  let isDown = false;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? "";
    const body = new URLSearchParams(Buffer.concat(chunks).toString());
    const idempotencyKey = String(request.headers["idempotency-key"] ?? "");
    requests.push({ path, body, idempotencyKey });
    const answer = (status: number, json: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    if (isDown) return answer(503, { error: { type: "api_error", message: "down" } });
    if (path === "/v1/checkout/sessions") {
      const id = `cs_test_${idempotencyKey.replace("cs:", "")}`;
      return answer(200, { id, object: "checkout.session", url: `https://pay.example/${id}` });
    }
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
export type StripeStub = Awaited<ReturnType<typeof startStripeStub>>;
