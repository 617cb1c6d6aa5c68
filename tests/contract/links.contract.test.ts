import { binaryEvent, START } from "@eventstore/db-client";
import { beforeEach, describe, expect, it } from "vitest";
import { collect, events, newStream, storeUnderTest, take } from "./storeUnderTest.js";

const { client } = storeUnderTest();
const link = (text: string) => binaryEvent({ type: "$>", data: Buffer.from(text) });

let target = "";
let links = "";
beforeEach(async () => {
  [target, links] = [newStream("linked@to"), newStream()];
  await client().appendToStream(target, events(3));
});

const resolved = () => collect(client().readStream(links, { resolveLinkTos: true }));

describe("a link", () => {
  it("is an event of its own if it is not to be resolved", async () => {
    await client().appendToStream(links, link(`1@${target}`));
    const [found] = await collect(client().readStream(links));
    expect(found?.link).toBeUndefined();
    expect(found?.event).toMatchObject({ type: "$>", streamId: links, revision: 0n });
  });

  it("brings the event it points to, at its own place", async () => {
    const { position } = await client().appendToStream(links, link(`1@${target}`));
    const [found] = await resolved();
    expect(found?.link).toMatchObject({ type: "$>", streamId: links, revision: 0n });
    expect(found?.event).toMatchObject({ streamId: target, revision: 1n, data: { number: 1 } });
    expect(found?.commitPosition).toBe(position?.commit);
  });

  it.each([
    ["is not there", (): string => `7@${target}`],
    ["is in no stream", (): string => `0@${newStream()}`],
    ["is not named", (): string => "nonsense"],
    ["cannot be named so", (): string => "0@$$"],
    ["has an endless name", (): string => `0@${"n".repeat(5_000)}`],
  ])("comes alone if its event %s", async (_case, text) => {
    await client().appendToStream(links, link(text()));
    const [found] = await resolved();
    expect(found?.link).toMatchObject({ type: "$>" });
    expect(found?.event).toBeUndefined();
  });

  it.each([
    ["hidden", () => client().setStreamMetadata(target, { truncateBefore: 2 })],
    ["deleted", () => client().deleteStream(target)],
    ["tombstoned", () => client().tombstoneStream(target)],
  ])("comes alone if its event is %s", async (_case, hide) => {
    await client().appendToStream(links, link(`1@${target}`));
    await hide();
    const [found] = await resolved();
    expect(found?.event).toBeUndefined();
    expect(found?.link?.type).toBe("$>");
  });

  it("is resolved in subscriptions as well, between events that are no links", async () => {
    await client().appendToStream(links, [...events(1), link(`2@${target}`)]);
    const options = { fromRevision: START, resolveLinkTos: true } as const;
    const found = await take(2, client().subscribeToStream(links, options));
    expect(found.map(({ event }) => event?.streamId)).toEqual([links, target]);
  });
});
