import { networkInterfaces } from "node:os";
import { jsonEvent, UnavailableError } from "@eventstore/db-client";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { describe, expect, it } from "vitest";
import { PortError } from "../../eventstore/access/listen.js";
import { startEventStore } from "../../eventstore/server.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { collect } from "../contract/storeUnderTest.js";
import { readStreamOptions } from "./protocolRequests.js";
import { clientOf, protocolClientOf, temporaryFolder, temporaryStore } from "./temporaryStore.js";

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((address) => address?.address === "::1");
const event = () => jsonEvent({ type: "Tested", data: {} });

describe("the server", () => {
  it("listens on a free port of 127.0.0.1 if none is named", async () => {
    const store = await temporaryStore();
    expect(store.url).toBe(`esdb://127.0.0.1:${store.port}?tls=false`);
    await clientOf(store).appendToStream("a", event());
  });

  it.skipIf(!hasIpv6)("listens on both loopback addresses of a port that is named", async () => {
    const port = await reservePort();
    const store = await temporaryStore({ port });
    await clientOf(store).appendToStream("a", event());
    const request = new streamsPb.ReadReq().setOptions(readStreamOptions("a"));
    const answers = await collect(protocolClientOf(store, "[::1]").read(request));
    expect(answers).toHaveLength(1);
  });

  it("leaves the data folder free when its port is taken", async () => {
    const { port } = await temporaryStore();
    const dataDir = temporaryFolder();
    await expect(startEventStore({ dataDir, port })).rejects.toThrow(PortError);
    await temporaryStore({ dataDir });
  });

  it("ends calls as unavailable when it closes, which may be asked twice", async () => {
    const store = await temporaryStore();
    const client = clientOf(store);
    await client.appendToStream("a", event());
    const subscribed = collect(client.subscribeToAll());
    const ended = expect(subscribed).rejects.toThrow(UnavailableError);
    await client.appendToStream("a", event());
    await Promise.all([store.close(), store.close()]);
    await ended;
    await expect(client.appendToStream("a", event())).rejects.toThrow("14 UNAVAILABLE");
  });
});
