import { connect } from "node:net";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Everything that came, headers and all. */
  readonly text: string;
}

/** A server that does not close what it has answered fails the test by its own time limit. */
const closedMsMax = 20_000;

/** Sends bytes that no client would send, and reads until the server closes the connection. */
export async function sendRaw(
  url: string,
  bytes: string | Buffer | readonly (string | Buffer)[],
): Promise<RawAnswer> {
  const text = await exchange(Number(new URL(url).port), [bytes].flat());
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line) => {
    const [name = "", ...value] = line.split(": ");
    return [name.toLowerCase(), value.join(": ")] as const;
  });
  return {
    status: Number(first.split(" ")[1]),
    headers: Object.fromEntries(headers),
    body: rest.join("\r\n\r\n"),
    text,
  };
}

function exchange(port: number, parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => {
      for (const part of parts) socket.write(part);
    });
    socket.setTimeout(closedMsMax, () => socket.destroy(new Error("The connection stayed open.")));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.once("error", (error: NodeJS.ErrnoException) => {
      // A server that closes while bytes are on their way to it resets, after what it said.
      if (error.code !== "ECONNRESET" && error.code !== "EPIPE") reject(error);
    });
    socket.once("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
  });
}
