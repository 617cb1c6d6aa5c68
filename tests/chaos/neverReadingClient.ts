import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { connect as connectSocket, createServer } from "node:net";
import type streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { onTestFinished } from "vitest";

/** Promises to take gigabytes, asks for everything, and takes no byte more than the first. */
export async function askAndNeverRead(port: number, request: streamsPb.ReadReq): Promise<void> {
  const wire = createServer((fromClient) => {
    const toStore = connectSocket(port, "127.0.0.1");
    for (const socket of [fromClient, toStore]) socket.on("error", () => undefined);
    fromClient.pipe(toStore);
    toStore.once("data", () => toStore.pause());
    onTestFinished(() => void toStore.destroy());
  });
  wire.listen(0, "127.0.0.1");
  await once(wire, "listening");
  const address = wire.address();
  const wirePort = typeof address === "object" ? address?.port : undefined;
  const session = connectHttp2(`http://127.0.0.1:${wirePort}`, {
    settings: { initialWindowSize: 2 ** 31 - 1 },
  });
  onTestFinished(() => {
    session.destroy();
    wire.close();
  });
  const message = Buffer.from(request.serializeBinary());
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  const stream = session.request({
    [constants.HTTP2_HEADER_METHOD]: "POST",
    [constants.HTTP2_HEADER_PATH]: "/event_store.client.streams.Streams/Read",
    [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
    [constants.HTTP2_HEADER_TE]: "trailers",
  });
  stream.on("error", () => undefined);
  stream.end(Buffer.concat([prefix, message]));
  await once(session, "connect");
}
