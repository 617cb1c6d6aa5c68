import { AccessDeniedError } from "@eventstore/db-client";

/** Why an event store can't be used. `isFinal`: waiting for it won't help. */
export interface ConnectionFault {
  readonly isFinal: boolean;
  /** A sentence or two for whoever set EVENTSTORE_URL. */
  readonly reason: string;
}

const grpc = { permissionDenied: 7, unauthenticated: 16 };

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

/** Did the store know us, or nobody, and say no? */
export const isDenied = (error: unknown): boolean =>
  error instanceof AccessDeniedError ||
  codeOf(error) === grpc.permissionDenied ||
  codeOf(error) === grpc.unauthenticated;

const final = (reason: string): ConnectionFault => ({ isFinal: true, reason });

/** `error` as the client threw it, on a call that reads `$all` from the leader. */
export function connectionFault(error: unknown, url: string): ConnectionFault {
  const { hosts, settings } = placesOf(url);
  const isPlain = /[?&]tls=false\b/.test(settings);
  const places = hosts.join(", ");
  const words = wordsOf(error);
  if (codeOf(error) === grpc.unauthenticated && isPlain) {
    return final(`${places} wants a user and a password, which are sent over TLS only.`);
  }
  if (codeOf(error) === grpc.unauthenticated) {
    return final(`${places} does not accept this user and password. Mend them in the address.`);
  }
  if (isDenied(error)) {
    return final(
      `This user may not read $all of ${places}. Let them (group $admins, or the access list of ` +
        "$all), or name another user in the address.",
    );
  }
  if (/certificate/i.test(words)) {
    return final(
      `The certificate of ${places} is not trusted (${words}). Name its authority in the address ` +
        "with tlsCAFile=/path/to/ca.pem, and the host as the certificate does.",
    );
  }
  if (/wrong version number|packet length too long/.test(words)) {
    return final(`${places} does not speak TLS. If that is meant, add tls=false to the address.`);
  }
  const hint =
    isPlain && /Failed to connect|Protocol error/.test(words) ? ", without tls=false" : "";
  const reason = `No event store answers at ${places} (${words}). Start it, or mend the address${hint}.`;
  return { isFinal: false, reason };
}

/** The nodes that the client asks for the others, each to be asked by itself. */
export function nodesToDiscover(url: string): readonly string[] {
  const { scheme, login, hosts, settings } = placesOf(url);
  if (scheme === "esdb" && hosts.length === 1) return [];
  return hosts.map((host) => `esdb://${login}${host}${settings}`);
}

/** Takes apart what `readEventStoreUrl` made. */
function placesOf(url: string) {
  const parts = /^([\w+]+):\/\/([^@]*@)?([^?]*)(.*)$/.exec(url) ?? [];
  const [, scheme = "", login = "", hosts = "", settings = ""] = parts;
  return { scheme, login, hosts: hosts.split(","), settings };
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
