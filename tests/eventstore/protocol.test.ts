import { once } from "node:events";
import { ServerFeaturesClient } from "@eventstore/db-client/generated/serverfeatures_grpc_pb.js";
import type { SupportedMethods } from "@eventstore/db-client/generated/serverfeatures_pb.js";
import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { collect, events, idsOf } from "../contract/storeUnderTest.js";
import {
  appendEvent,
  appendOptions,
  eventProperties,
  readAllOptions,
  readStreamOptions,
  uuid,
} from "./protocolRequests.js";
import { clientOf, protocolClientOf, temporaryStore } from "./temporaryStore.js";

const { ReadReq } = streamsPb;
type Options = streamsPb.ReadReq.Options;
type ProtocolClient = ReturnType<typeof protocolClientOf>;

async function read(client: ProtocolClient, options: Options): Promise<streamsPb.ReadResp[]> {
  return await collect(client.read(new ReadReq().setOptions(options)));
}

async function append(client: ProtocolClient, ...messages: streamsPb.AppendReq[]) {
  return await new Promise<streamsPb.AppendResp>((resolve, reject) => {
    const call = client.append((error, response) => (error ? reject(error) : resolve(response)));
    for (const message of messages) call.write(message);
    call.end();
  });
}

const empty = () => new sharedPb.Empty();
const Filter = ReadReq.Options.FilterOptions;
const typeFilter = (regex: string, multiplier: number) =>
  new Filter()
    .setEventType(new Filter.Expression().setRegex(regex))
    .setCount(empty())
    .setCheckpointintervalmultiplier(multiplier);

describe("a read", () => {
  it.each<[string, (options: Options) => unknown]>([
    ["without a source", (options) => options.clearAll()],
    ["without an amount", (options) => options.clearCount()],
    ["without saying whether it is filtered", (options) => options.clearNoFilter()],
    ["without a form of ids", (options) => options.clearUuidOption()],
    ["without a place to start", (options) => options.getAll()?.clearStart()],
    [
      "that subscribes backwards",
      (options) =>
        options.setSubscription(new ReadReq.Options.SubscriptionOptions()).setReadDirection(1),
    ],
    [
      "with a filter that is no regular expression",
      (options) => options.setFilter(typeFilter("(", 1)),
    ],
    ["with a checkpoint interval of zero", (options) => options.setFilter(typeFilter("a", 0))],
  ])("%s is refused", async (_what, change) => {
    const options = readAllOptions();
    change(options);
    const client = protocolClientOf(await temporaryStore());
    await expect(read(client, options)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  it("of a stream cannot be filtered", async () => {
    const options = readStreamOptions("s-1").setFilter(typeFilter("a", 1));
    const client = protocolClientOf(await temporaryStore());
    await expect(read(client, options)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  it("of $all with a filter gives the first so many events that match", async () => {
    const store = await temporaryStore();
    const eventStore = clientOf(store);
    const wanted = events(3, "Wanted");
    for (const event of wanted) {
      await eventStore.appendToStream("s-1", [...events(300, "Other"), event]);
    }
    const options = readAllOptions().setFilter(typeFilter("^Wanted$", 1)).setCount("2");
    const found = await read(protocolClientOf(store), options);
    const ids = found.map((one) => one.getEvent()?.getEvent()?.getId()?.getString());
    expect(ids).toEqual(wanted.slice(0, 2).map(({ id }) => id));
  });

  it("gives ids as two numbers to a client that asks for them", async () => {
    const store = await temporaryStore();
    const [event] = events(1);
    if (event === undefined) throw new Error("There is one.");
    event.id = "01234567-89ab-cdef-fedc-ba9876543210";
    await clientOf(store).appendToStream("s-1", event);
    const options = readStreamOptions("s-1");
    options.setUuidOption(new ReadReq.Options.UUIDOption().setStructured(empty()));
    const [found] = await read(protocolClientOf(store), options);
    const halves = found?.getEvent()?.getEvent()?.getId()?.getStructured();
    expect(halves?.toObject()).toEqual({
      mostSignificantBits: `${BigInt.asIntN(64, 0x0123456789abcdefn)}`,
      leastSignificantBits: `${BigInt.asIntN(64, 0xfedcba9876543210n)}`,
    });
  });

  it("of $all backwards with a filter gives the last so many events that match", async () => {
    const store = await temporaryStore();
    const wanted = events(3, "Wanted");
    for (const event of wanted) {
      await clientOf(store).appendToStream("s-1", [event, ...events(300, "Other")]);
    }
    const options = readAllOptions().setFilter(typeFilter("^Wanted$", 1)).setCount("2");
    options.setAll(new ReadReq.Options.AllOptions().setEnd(empty())).setReadDirection(1);
    const found = await read(protocolClientOf(store), options);
    const ids = found.map((one) => one.getEvent()?.getEvent()?.getId()?.getString());
    expect(ids).toEqual(
      wanted
        .slice(1)
        .map(({ id }) => id)
        .reverse(),
    );
  });

  it("of a stream from a revision above the highest there can be is refused", async () => {
    const options = readStreamOptions("s-1");
    options.getStream()?.setRevision("9223372036854775808");
    const client = protocolClientOf(await temporaryStore());
    await expect(read(client, options)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  it.each([0, 1])("from an impossible position stays within the log, direction %i", async (way) => {
    const position = new ReadReq.Options.Position().setCommitPosition("18446744073709551615");
    const options = readAllOptions().setReadDirection(way === 0 ? 0 : 1);
    options.setAll(new ReadReq.Options.AllOptions().setPosition(position));
    const found = await read(protocolClientOf(await temporaryStore()), options);
    expect(found).toHaveLength(way === 0 ? 0 : 1);
  });
});

describe("the store's features", () => {
  it("are named in lower case, with what clients look for", async () => {
    const { port } = await temporaryStore();
    const client = new ServerFeaturesClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const { methodsList, eventStoreServerVersion } = await new Promise<SupportedMethods.AsObject>(
      (resolve, reject) =>
        client.getSupportedMethods(empty(), (error, found) =>
          error ? reject(error) : resolve(found.toObject()),
        ),
    );
    client.close();
    const names = methodsList.map((one) => `${one.serviceName}/${one.methodName}`);
    expect(names).toContain("event_store.client.streams.streams/batchappend");
    expect(names).toEqual(names.map((name) => name.toLowerCase()));
    expect(eventStoreServerVersion).toMatch(/^\d+\.\d+\.\d+$/);
    const read = methodsList.find(({ methodName }) => methodName === "read");
    expect(read?.featuresList).toEqual(["position", "events"]);
  });
});

describe("an append", () => {
  it("takes ids given as two numbers", async () => {
    const store = await temporaryStore();
    const halves = new sharedPb.UUID.Structured()
      .setMostSignificantBits("-1")
      .setLeastSignificantBits("1");
    const event = appendEvent(eventProperties, new sharedPb.UUID().setStructured(halves));
    await append(protocolClientOf(store), appendOptions("s-1"), event);
    const found = await collect(clientOf(store).readStream("s-1"));
    expect(idsOf(found)).toEqual(["ffffffff-ffff-ffff-0000-000000000001"]);
  });

  const id = uuid("7B1BD1B0-5B1E-4F5E-9C0A-0A2B3C4D5E6F");
  it.each([
    ["without a type", { "content-type": "application/json" }, id],
    ["without a content type", { type: "Tested" }, id],
    ["with an empty type", { ...eventProperties, type: "" }, id],
    ["with an id of zeros", eventProperties, uuid("00000000-0000-0000-0000-000000000000")],
    ["with an id that is none", eventProperties, uuid("no id")],
  ])("of an event %s is refused", async (_what, properties, eventId) => {
    const client = protocolClientOf(await temporaryStore());
    const appended = append(client, appendOptions("s-1"), appendEvent(properties, eventId));
    await expect(appended).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  it("says which properties an event must have", async () => {
    const client = protocolClientOf(await temporaryStore());
    const error: ServiceError = await append(
      client,
      appendOptions("s-1"),
      appendEvent({}, id),
    ).then(
      () => expect.fail("It was accepted."),
      (thrown) => thrown,
    );
    expect(error.metadata.getMap()).toMatchObject({
      exception: "missing-required-metadata-property",
      "required-metadata-properties": "type,content-type",
    });
  });

  it("begins with its options", async () => {
    const client = protocolClientOf(await temporaryStore());
    const event = appendEvent(eventProperties, id);
    for (const messages of [[], [event], [appendOptions("s-1"), appendOptions("s-1")]]) {
      await expect(append(client, ...messages)).rejects.toMatchObject({
        code: status.INVALID_ARGUMENT,
      });
    }
  });

  it("stores nothing if the client goes away before it is complete", async () => {
    const store = await temporaryStore();
    const call = protocolClientOf(store).append(() => undefined);
    call.write(appendOptions("s-1"));
    call.write(appendEvent(eventProperties, id));
    const gone = once(call, "status");
    call.cancel();
    await gone;
    const client = clientOf(store);
    await client.appendToStream("s-2", events(1));
    await expect(collect(client.readStream("s-1"))).rejects.toThrow();
  });
});
