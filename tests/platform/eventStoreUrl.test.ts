import { parseConnectionString } from "@eventstore/db-client/dist/Client/parseConnectionString.js";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readEventStoreUrl } from "../../platform/config/eventStoreUrl.js";

afterEach(() => vi.restoreAllMocks());

/** What the client makes of the address that it is given. */
function understood(address: string) {
  const url = readEventStoreUrl(address);
  if (url === undefined) throw new Error(`refused: ${address}`);
  const complaints = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const { hosts, ...options } = parseConnectionString(url);
  expect(complaints).not.toHaveBeenCalled();
  return { hosts: hosts.map(({ address: name, port }) => `${name}:${port}`), ...options };
}

const three = ["a:2113", "b:2114", "c.example.org:2113"];

describe("the address of an event store", () => {
  it.each([
    ["esdb://a,b:2114,c.example.org:2113?tls=false", false],
    ["kurrentdb://a:2113,b:2114,c.example.org", false],
    ["kurrentdb://a:2113, b:2114, c.example.org,/?tls=true", false],
    ["kurrentdb+discover://a:2113,b:2114,c.example.org", false],
    ["esdb+discover://user:pass@a:2113,b:2114,c.example.org", false],
  ])("names every node of a cluster: %s", (address, dnsDiscover) => {
    expect(understood(address)).toMatchObject({ hosts: three, dnsDiscover });
  });

  it.each(["esdb+discover://a", "kurrentdb+discover://a:2113/", "KurrentDB+discover://a"])(
    "may name a cluster by one name: %s",
    (address) => {
      expect(understood(address)).toEqual({ hosts: ["a:2113"], dnsDiscover: true });
    },
  );

  it.each([
    ["esdb://admin:changeit@a", "changeit"],
    ["esdb://admin:p%40ss%3Aword@a,b", "p@ss:word"],
    ["esdb://admin:pass:word/with?signs#@a", "pass:word/with?signs#"],
  ])("holds a user and a password, whatever is in it: %s", (address, password) => {
    expect(understood(address).defaultCredentials).toEqual({ username: "admin", password });
  });

  it("takes the client's options, by any of their spellings", () => {
    const options =
      "tls=true&TLS-CA-file=/etc/my ca.pem&node_preference=ReadOnlyReplica&gossipTimeout=2" +
      "&connectionName=me@host&keepAliveInterval=-1&defaultDeadline=20000&maxDiscoverAttempts=3";
    expect(understood(`esdb://a:2113,b:2114,c.example.org?${options}`)).toEqual({
      hosts: three,
      dnsDiscover: false,
      tls: true,
      tlsCAFile: "/etc/my ca.pem",
      nodePreference: "read_only_replica",
      gossipTimeout: 2,
      connectionName: "me@host",
      keepAliveInterval: -1,
      defaultDeadline: 20_000,
      maxDiscoverAttempts: 3,
    });
  });

  it("leaves out what would make the client print the password, or not throw", () => {
    const options = "tlsVerifyCert=false&unheardOf=1&throwOnAppendFailure=false&tls=true";
    const address = `esdb://admin:changeit@a?${options}`;
    expect(readEventStoreUrl(address)).toBe("esdb://admin:changeit@a:2113?tls=true");
    understood(address);
  });

  it.each([
    "http://a:2113",
    "a:2113",
    "esdb://",
    "esdb://?tls=false",
    "esdb://a:2113:2114",
    "esdb://a:70000",
    "esdb://a:port",
    "esdb://a,,b",
    "esdb://admin@a",
    "esdb://admin:p%ss@a",
    "esdb://admin:p@ss@a",
    "esdb://[::1]:2113",
    "esdb://a b",
    "esdb://a?tls",
    "esdb://a?tls=maybe",
    "esdb://a?gossipTimeout=soon",
    "esdb://a?nodePreference=nearest",
    "esdb://a?defaultDeadline=0",
  ])("is none: %s", (address) => {
    expect(readEventStoreUrl(address)).toBeUndefined();
  });
});
