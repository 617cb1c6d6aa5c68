import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonEvent } from "@eventstore/db-client";
import { status } from "@grpc/grpc-js";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { foreignUserMessage } from "../../eventstore/access/turnAway.js";
import { startEventStore } from "../../eventstore/server.js";
import { createEventStore } from "../../platform/eventStore/eventStore.js";
import { openEventStore } from "../../platform/eventStore/openEventStore.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { issue } from "../support/certificates.js";
import {
  type AnswerRead,
  failing,
  fault,
  handingOn,
  requiresLeader,
  startStoreStub,
} from "../support/storeStub.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

const notReady = failing(status.UNAVAILABLE, "Server Is Not Ready");
const noLeader = failing(status.UNKNOWN, "No leader info available in response");
const wrongPassword = failing(status.UNAUTHENTICATED, "Unauthenticated");
const accessDenied = failing(status.PERMISSION_DENIED, "Access Denied", {
  exception: "access-denied",
});
const password = "hunter2";
const login = `admin:${password}`;

async function startStore(port = 0) {
  const store = await startEventStore({ dataDir: temporaryFolder(), port });
  onTestFinished(() => store.close());
  return store;
}

async function open(url: string, patienceMs?: number) {
  const store = await openEventStore(url, patienceMs);
  onTestFinished(() => store.close());
  return store;
}

/** The one line with which the store is refused. */
async function refusal(url: string): Promise<string> {
  const error = await openEventStore(url, 0).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error("It was not refused.");
  expect(error.name).toBe("Refusal");
  expect(error.message).toMatch(/^EVENTSTORE_URL: .+\.$/);
  expect(error.message).not.toContain(password);
  return error.message;
}

describe("an event store that does not let us work is refused in one line", () => {
  const overTls = async (read: AnswerRead) => {
    const certificate = issue({ name: "localhost" });
    const { port } = await startStoreStub({ read, certificate, leader: () => port });
    return port;
  };

  it("for a certificate that nobody vouches for", async () => {
    const port = await overTls(accessDenied);
    for (const address of [
      `esdb://${login}@localhost:${port}`,
      `esdb+discover://localhost:${port}`,
    ]) {
      expect(await refusal(address)).toMatch(/certificate.*not trusted \(self-signed.*tlsCAFile/);
    }
  });

  it("for a certificate of the one node that answers", async () => {
    const port = await overTls(accessDenied);
    const nodes = `esdb://${login}@localhost:${await reservePort()},localhost:${port}`;
    expect(await refusal(nodes)).toContain("The certificate of");
  });

  it("for a file that is not there", async () => {
    expect(await refusal("esdb://localhost:1?tlsCAFile=%2Fnowhere")).toContain(
      "File was not found",
    );
  });

  it("for TLS where there is none", async () => {
    const { port } = await startStore();
    expect(await refusal(`esdb://${login}@127.0.0.1:${port}`)).toContain("tls=false");
  });

  it("for a missing login", async () => {
    const { port } = await startStoreStub({ read: wrongPassword });
    const message = await refusal(`esdb://${login}@127.0.0.1:${port}?tls=false`);
    expect(message).toContain("sent over TLS only");
  });

  it("for a login that may not read $all", async () => {
    const { port } = await startStoreStub({ read: accessDenied });
    const url = `esdb://${login}@127.0.0.1:${port}?tls=false`;
    expect(await refusal(url)).toContain("may not read $all");
    expect(await refusal(url.replace(`${login}@`, ""))).toContain("requires a user and a password");
  });

  it("for a store of another user", async () => {
    const { port } = await startStoreStub({
      read: failing(status.PERMISSION_DENIED, foreignUserMessage),
    });
    expect(await refusal(`esdb://127.0.0.1:${port}?tls=false`)).toContain("Connect as that user");
  });

  it.each(["esdb://127.0.0.1:1", "esdb://127.0.0.1:1,127.0.0.1:2"])(
    "for nobody who listens at %s",
    async (address) => {
      const message = await refusal(`${address}?tls=false`);
      expect(message).toContain("No event store answers at 127.0.0.1:1");
      expect(message).toContain("ECONNREFUSED");
    },
  );

  it("for a host that does not resolve", async () => {
    const message = await refusal("esdb://nowhere.invalid:2113?tls=false");
    expect(message).toContain("Name resolution failed");
  });

  it("for a login that may read $all and not append, at the first append", async () => {
    const { port } = await startStoreStub({
      read: handingOn(await startStore()),
      append: fault(status.PERMISSION_DENIED, "Access Denied", { exception: "access-denied" }),
    });
    const store = await open(`esdb://127.0.0.1:${port}?tls=false`);
    const append = store.append("books-ledger", [], "no_stream");
    await expect(append).rejects.toThrow(/^EVENTSTORE_URL: .*may not .*append/);
    await expect(append).rejects.toHaveProperty("name", "Refusal");
  });

  it("for a cluster without a leader", async () => {
    const { port } = await startStoreStub({ read: noLeader });
    expect(await refusal(`esdb://127.0.0.1:${port}?tls=false`)).toContain("No leader info");
  });
});

describe("a password over TLS", () => {
  it("is refused when it is wrong, and sent", async () => {
    const certificate = issue({ name: "localhost", ca: true });
    const file = join(temporaryFolder(), "ca.pem");
    writeFileSync(file, certificate.pem);
    const logins: unknown[] = [];
    const { port } = await startStoreStub({
      certificate,
      read: (call) => {
        logins.push(call.metadata.get("authorization")[0]);
        wrongPassword(call);
      },
    });
    const url = `esdb://${login}@localhost:${port}?tlsCAFile=${encodeURIComponent(file)}`;
    expect(await refusal(url)).toContain("does not accept this user and password");
    expect(logins).toEqual([`Basic ${Buffer.from(login).toString("base64")}`]);
  });
});

describe("an event store", () => {
  it("is waited for while it starts", async () => {
    const real = handingOn(await startStore());
    let reads = 0;
    const read: AnswerRead = (call) => {
      reads += 1;
      if (reads <= 2) notReady(call);
      else real(call);
    };
    const { port } = await startStoreStub({ read });
    await open(`esdb://127.0.0.1:${port}?tls=false`);
    expect(reads).toBe(3);
  });

  it("is found by any of its nodes, and by another when that one is lost", async () => {
    const [one, other] = [await reservePort(), await reservePort()];
    const first = await startStore(one);
    const store = await open(`esdb://127.0.0.1:${other},127.0.0.1:${one}?tls=false`);
    await startStore(other);
    await first.close();
    await vi.waitUntil(
      () =>
        store.askLeader().then(
          () => true,
          () => false,
        ),
      { timeout: 20_000 },
    );
  });

  it("is asked by its leader, whom a follower names", async () => {
    const leader = await startStore();
    const notLeader = failing(status.NOT_FOUND, "Leader info available", {
      exception: "not-leader",
      "leader-endpoint-host": "127.0.0.1",
      "leader-endpoint-port": String(leader.port),
    });
    const real = handingOn(leader);
    const read: AnswerRead = (call) => (requiresLeader(call) ? notLeader(call) : real(call));
    const follower = await startStoreStub({ read });
    const store = createEventStore(`esdb://127.0.0.1:${follower.port}?tls=false`);
    onTestFinished(() => store.close());
    const subscription = store.client.subscribeToStream("s");
    await once(subscription, "confirmation");
    await store.askLeader();
    // Moving to the leader ends nothing that goes on with the follower.
    await store.client.appendToStream("s", jsonEvent({ type: "Later", data: {} }));
    expect(await once(subscription, "data")).toMatchObject([{ event: { type: "Later" } }]);
  });

  it("without a leader still reads, and says that it has none", async () => {
    const real = handingOn(await startStore());
    const read: AnswerRead = (call) => (requiresLeader(call) ? noLeader(call) : real(call));
    const { port } = await startStoreStub({ read });
    const store = createEventStore(`esdb://127.0.0.1:${port}?tls=false`);
    onTestFinished(() => store.close());
    expect(await store.lastPosition()).toBeUndefined();
    await expect(store.askLeader()).rejects.toThrow("No leader info");
  });

  it("that says nothing is not waited for without end", async () => {
    const { port } = await startStoreStub({ read: () => undefined });
    const store = createEventStore(`esdb://127.0.0.1:${port}?tls=false`);
    onTestFinished(() => store.close());
    await expect(store.askLeader()).rejects.toThrow("nothing came within");
  });
});
