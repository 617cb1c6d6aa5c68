import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

export interface DiscordMessage {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly content: string;
    readonly allowed_mentions: object;
    readonly flags: number;
  };
}
interface NextAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Discord's side of a webhook, as its documentation has it: 200 with the message, unless told. */
export async function startDiscord() {
  const messages: DiscordMessage[] = [];
  const answers: NextAnswer[] = [];
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as DiscordMessage["body"];
    messages.push({ path: request.url ?? "", headers: request.headers, body });
    const { status, headers, body: answer } = answers.shift() ?? { status: 200 };
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(answer ?? { id: "1", content: body.content }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/webhooks/1/secret-token`,
    messages,
    /** How the next calls are answered. */
    answer: (...next: readonly NextAnswer[]) => void answers.push(...next),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
