import { variable } from "./environment.js";

/** Under either name of the product; the client knows the older one only. */
const addressForm = /^(?:esdb|kurrentdb)(\+discover)?:\/\/(.*)$/i;
/** Tried first: an `@` behind the `?` ends no password. */
const withoutLogin = /^([^@/?]+)\/*(?:\?(.*))?$/;
const withLogin = /^([^:]+):([^@]+)@([^@/?]+)\/*(?:\?(.*))?$/;
const hostForm = /^([^\s$+!?*'(),;[\]{}|"%~#<>=&@/:]+)(?::(\d{1,5}))?$/;
const portDefault = "2113";
const portMax = 65_535;

type ReadOption = (value: string) => string | undefined;
const flag: ReadOption = (value) => /^(true|false)$/.exec(value)?.[0];
const numberFrom =
  (min: number): ReadOption =>
  (value) =>
    /^-?\d{1,15}$/.test(value) && Number(value) >= min ? value : undefined;

/**
 * What an address may set. The client ignores tlsVerifyCert, and prints the whole address, password
 * and all, when it meets it or an option it doesn't know: those are left out. So is
 * throwOnAppendFailure, since we count on a refused append to throw.
 */
const options: Readonly<Record<string, ReadOption>> = {
  connectionName: encoded,
  defaultDeadline: numberFrom(1),
  discoveryInterval: numberFrom(0),
  dnsDiscover: flag,
  gossipTimeout: numberFrom(0),
  keepAliveInterval: numberFrom(-1),
  keepAliveTimeout: numberFrom(-1),
  maxDiscoverAttempts: numberFrom(1),
  nodePreference: (value) =>
    /^(leader|follower|random|read[_-]?only[_-]?replica)$/i.exec(value)?.[0],
  tls: flag,
  tlsCAFile: encoded,
  userCertFile: encoded,
  userKeyFile: encoded,
};

/** As the client does: any case, with or without hyphens and underscores. */
const flat = (name: string): string => name.trim().toLowerCase().replace(/[_-]/g, "");
const optionNames = new Map(Object.keys(options).map((name) => [flat(name), name]));

/**
 * The address of an event store, in the one form that its client reads without surprises; undefined
 * when it is none. Several hosts are the nodes of one cluster: whichever answers names the others.
 */
export function readEventStoreUrl(text: string): string | undefined {
  const [, discover, rest = ""] = addressForm.exec(text.trim()) ?? [];
  const [, hostsAlone, queryAlone] = withoutLogin.exec(rest) ?? [];
  const [, user, password, hostsBehind = "", query] = withLogin.exec(rest) ?? [];
  const hosts = readHosts(hostsAlone ?? hostsBehind);
  const login = hostsAlone === undefined ? readLogin(user, password) : "";
  const settings = readOptions(hostsAlone === undefined ? query : queryAlone);
  if (hosts === undefined || login === undefined || settings === undefined) return undefined;
  // With "+discover" the client asks the first host only, and the loss of that one would be fatal.
  const scheme = discover !== undefined && hosts.length === 1 ? "esdb+discover" : "esdb";
  return `${scheme}://${login}${hosts.join(",")}${settings}`;
}

function readHosts(list: string): string[] | undefined {
  const items = list.replace(/,\s*$/, "").split(",");
  const hosts = items.map((item) => {
    const [, name, port = portDefault] = hostForm.exec(item.trim()) ?? [];
    return name === undefined || Number(port) > portMax ? undefined : `${name}:${port}`;
  });
  return hosts.every((host) => host !== undefined) ? hosts : undefined;
}

function readLogin(user = "", password = ""): string | undefined {
  const parts = [encoded(user.trim()), encoded(password.trim())];
  return parts.every(Boolean) ? `${parts.join(":")}@` : undefined;
}

function readOptions(query: string | undefined): string | undefined {
  const read = query === undefined ? [] : query.split("&").map(readOption);
  if (read.includes(undefined)) return undefined;
  const known = read.filter(Boolean).join("&");
  return known === "" ? "" : `?${known}`;
}

/** Empty when it means nothing to us, undefined when it is wrong. */
function readOption(pair: string): string | undefined {
  const [, key = "", value] = /^([^=]+)=([^?]+)$/.exec(pair) ?? [];
  if (value === undefined) return undefined;
  const name = optionNames.get(flat(key)) ?? "";
  const read = options[name];
  if (read === undefined) return "";
  const setting = read(value.trim());
  return setting === undefined ? undefined : `${name}=${setting}`;
}

/** Encoded in full: the client ends a password at any colon in it. Undefined when it is broken. */
function encoded(value: string): string | undefined {
  try {
    return encodeURIComponent(decodeURIComponent(value));
  } catch {
    return undefined; // A "%" that begins no character.
  }
}

export const eventStoreUrl = variable(
  "an address such as esdb://user:password@host:2113 (a cluster: esdb://a:2113,b:2113,c:2113)",
  readEventStoreUrl,
);
