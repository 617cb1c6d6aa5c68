import { AccessDeniedError } from "@eventstore/db-client";

/** Why an event store can't be used. */
export interface ConnectionFault {
  /** Waiting won't help. */
  readonly isFinal: boolean;
  /** A sentence or two for whoever set EVENTSTORE_URL. */
  readonly reason: string;
}

const grpc = { permissionDenied: 7, unauthenticated: 16 };

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

/** Did the store answer, and refuse us? */
export const isDenied = (error: unknown): boolean =>
  error instanceof AccessDeniedError ||
  codeOf(error) === grpc.permissionDenied ||
  codeOf(error) === grpc.unauthenticated;

/** `error` as the client threw it, on a call that reads `$all` from the leader. */
export function connectionFault(error: unknown, url: string): ConnectionFault {
  const address = partsOf(url);
  const words = wordsOf(error);
  const final = isDenied(error) ? denial(error, address, words) : tlsFault(words, address);
  if (final !== undefined) return { isFinal: true, reason: final };
  const isTlsLikely = address.isPlain && /Failed to connect|Protocol error/.test(words);
  const remedy = `Start it, or correct the address${isTlsLikely ? " (is tls=false right?)" : ""}`;
  const reason = `No event store answers at ${address.places} (${words}). ${remedy}.`;
  return { isFinal: false, reason };
}

function denial(error: unknown, { places, login, isPlain }: Address, words: string): string {
  // The embedded store says so.
  if (words.includes("only the user")) return `${places} answers: ${words}`;
  if (isPlain && codeOf(error) === grpc.unauthenticated) {
    return `${places} requires a user and a password, which are sent over TLS only.`;
  }
  if (login === "") return `${places} requires a user and a password. Add them to the address.`;
  return codeOf(error) === grpc.unauthenticated
    ? `${places} does not accept this user and password. Correct them in the address.`
    : `This user may not read $all of ${places}. Allow it (group $admins, or the access list of ` +
        "$all), or name another user in the address.";
}

function tlsFault(words: string, { places }: Address): string | undefined {
  if (/certificate/i.test(words)) {
    return (
      `The certificate of ${places} is not trusted (${words}). Name its authority in the address ` +
      "with tlsCAFile=/path/to/ca.pem, and the host as the certificate names it."
    );
  }
  if (/wrong version number|packet length too long/.test(words)) {
    return `${places} does not speak TLS. If that is intended, add tls=false to the address.`;
  }
  return undefined;
}

/** The nodes that the client asks for the others, each to be asked by itself. */
export function nodesToDiscover(url: string): readonly string[] {
  const { scheme, login, hosts, settings } = partsOf(url);
  if (scheme === "esdb" && hosts.length === 1) return [];
  return hosts.map((host) => `esdb://${login}${host}${settings}`);
}

type Address = ReturnType<typeof partsOf>;

/** Takes apart what `readEventStoreUrl` made. */
function partsOf(url: string) {
  const parts = /^([\w+]+):\/\/([^@]*@)?([^?]*)(.*)$/.exec(url) ?? [];
  const [, scheme = "", login = "", list = "", settings = ""] = parts;
  const hosts = list.split(",");
  const isPlain = /[?&]tls=false\b/.test(settings);
  return { scheme, login, hosts, settings, isPlain, places: hosts.join(", ") };
}

/** The heart of a message of gRPC, which wraps it two or three times. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, heart = message] =
    /Last error: (?:Error[^:]*: )?(.*?)\.? Resolution note/s.exec(message) ?? [];
  return heart
    .replace(/^\d+ [A-Z_]+: /, "")
    .replace(/ \(\d{4}-[^)]*\)/, "")
    .replace(/\s+/g, " ")
    .trim();
}
