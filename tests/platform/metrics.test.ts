import { Gauge } from "prom-client";
import { expect, it, onTestFinished } from "vitest";
import { createMetrics, serveMetrics } from "../../platform/process/metrics.js";

it("a process that is asked how it is answers, also when it can't find out", async () => {
  const registry = createMetrics("test");
  new Gauge({
    name: "unknown",
    help: "What can't be looked up now",
    registers: [registry],
    collect: () => Promise.reject(new Error("the store is down")),
  });
  const server = await serveMetrics({ host: "127.0.0.1", port: 0 }, registry, () =>
    Promise.reject(new Error("no leader")),
  );
  onTestFinished(() => server.close());
  const get = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return [answer.status, await answer.text()];
  };
  expect(await get("/health/ready")).toEqual([503, "no leader"]);
  expect(await get("/metrics")).toEqual([503, "the store is down"]);
  expect(await get("/elsewhere")).toEqual([404, ""]);
});
