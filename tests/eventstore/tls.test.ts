import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, statSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import { jsonEvent } from "@eventstore/db-client";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openTlsAccess } from "../../eventstore/access/tlsAccess.js";
import { readEventStoreUrl } from "../../platform/config/eventStoreUrl.js";
import { openEventStore } from "../../platform/eventStore/openEventStore.js";
import { collect } from "../contract/storeUnderTest.js";
import { execArgv, main, run } from "./program.js";
import { clientOf, temporaryFolder, temporaryStore } from "./temporaryStore.js";

/** Keys are made and processes started, which takes seconds on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

const event = () => jsonEvent({ type: "Tested", data: {} });
const settings = "&defaultDeadline=5000&maxDiscoverAttempts=1";

async function tlsStore() {
  const access = await openTlsAccess(join(temporaryFolder(), "tls"));
  return { access, store: await temporaryStore({ access }) };
}

describe("a store with TLS", () => {
  it("lets in who brings its login, by an address that our settings accept", async () => {
    const { store } = await tlsStore();
    const url = readEventStoreUrl(store.url) ?? "";
    const opened = await openEventStore(url, 0);
    onTestFinished(() => opened.close());
    const client = clientOf({ url });
    await client.appendToStream("a", [event(), event()]);
    expect(await collect(client.readStream("a"))).toHaveLength(2);
    const subscription = client.subscribeToStream("a");
    expect(await once(subscription, "data")).toMatchObject([{ event: { revision: 0n } }]);
  });

  it("ends every call of the others before it has read of it", async () => {
    const { access, store } = await tlsStore();
    const wrong = [
      store.url.replace(access.password, "wrong"),
      store.url.replace("obsidian:", "admin:"),
      store.url.replace(/obsidian:[^@]*@/, ""),
    ];
    for (const url of wrong) {
      const client = clientOf({ url: url + settings });
      await expect(client.appendToStream("a", event())).rejects.toThrow("Wrong user or password");
      await expect(collect(client.readAll())).rejects.toThrow("Wrong user or password");
      await expect(client.deleteStream("a")).rejects.toThrow("Wrong user or password");
    }
    const stored = await collect(clientOf(store).readAll());
    expect(stored.map((each) => each.event?.streamId)).not.toContain("a");
  });

  it("says nothing to those who do not speak TLS", async () => {
    const { store } = await tlsStore();
    const socket = connectSocket(store.port, "127.0.0.1");
    socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    const heard: Buffer[] = [];
    socket.on("data", (data) => heard.push(data)).on("error", () => undefined);
    await once(socket, "close");
    expect(Buffer.concat(heard).toString("latin1")).not.toContain("HTTP");
  });
});

describe("the folder of a store with TLS", () => {
  it("is private, and the same at the next start", async () => {
    const folder = join(temporaryFolder(), "tls");
    const first = await openTlsAccess(folder);
    expect(await openTlsAccess(folder)).toEqual(first);
    for (const name of ["key.pem", "password"]) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    chmodSync(folder, 0o755);
    await expect(openTlsAccess(folder)).rejects.toThrow(/is open to other users/);
  });

  it("is named by --tls, and the password is never printed", async () => {
    const folder = join(temporaryFolder(), "tls");
    const args = ["--data", temporaryFolder(), "--port", "0", "--tls", folder];
    const child = spawn(process.execPath, [...execArgv, main, ...args]);
    onTestFinished(() => void child.kill("SIGKILL"));
    const [line] = await once(child.stdout, "data");
    const password = readFileSync(join(folder, "password"), "utf8").trim();
    const [, port = ""] = /esdb:\/\/obsidian:…@localhost:(\d+)\?tls=true/.exec(`${line}`) ?? [];
    expect(`${line}`).not.toContain(password);
    const file = encodeURIComponent(join(folder, "certificate.pem"));
    const url = `esdb://obsidian:${password}@localhost:${port}?tls=true&tlsCAFile=${file}`;
    await clientOf({ url }).appendToStream("a", event());
    expect((await run(...args, "--insecure")).errors).toContain("exclude each other");
  });
});
