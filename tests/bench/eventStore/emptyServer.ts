import { StreamsService } from "@eventstore/db-client/generated/streams_grpc_pb.js";
import type streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { batchAppendAnswer } from "../../../eventstore/grpc/batchAppendAnswer.js";
import { addServerFeaturesService } from "../../../eventstore/grpc/serverFeaturesService.js";

/** Speaks the protocol of appends as the store does, and forgets them. */
const server = new Server();
addServerFeaturesService(server);
const { batchAppend } = StreamsService;
server.addService(
  { batchAppend: { ...batchAppend, responseSerialize: (encoded: Buffer) => encoded } },
  {
    batchAppend: (call: ServerDuplexStream<streamsPb.BatchAppendReq, Buffer>) => {
      call.on("data", (request: streamsPb.BatchAppendReq) => {
        call.write(batchAppendAnswer(request, { kind: "success", lastRevision: 0n, position: 1n }));
      });
      call.on("end", () => call.end());
    },
  },
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_error, port) => {
  process.send?.({ type: "ready", port });
});
process.once("SIGTERM", () => {
  server.forceShutdown();
  process.disconnect?.();
});
