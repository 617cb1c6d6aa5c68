import { StreamsService } from "@eventstore/db-client/generated/streams_grpc_pb.js";
import type streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { batchAppendAnswer } from "../../../eventstore/grpc/batchAppendAnswer.js";
import { addServerFeaturesService } from "../../../eventstore/grpc/serverFeaturesService.js";
import { storeOneRecord } from "./diskAlone.js";

/**
 * Speaks the protocol of appends as the store does, and forgets them: at once, or, when it is
 * given a folder, after one synced transaction of LMDB there for each.
 */
const [folder] = process.argv.slice(2);
const storeOne = folder === undefined ? undefined : storeOneRecord(folder);
const server = new Server();
addServerFeaturesService(server);
const { batchAppend } = StreamsService;
server.addService(
  { batchAppend: { ...batchAppend, responseSerialize: (encoded: Buffer) => encoded } },
  {
    batchAppend: (call: ServerDuplexStream<streamsPb.BatchAppendReq, Buffer>) => {
      const answer = (request: streamsPb.BatchAppendReq) =>
        call.write(batchAppendAnswer(request, { kind: "success", lastRevision: 0n, position: 1n }));
      call.on("data", (request: streamsPb.BatchAppendReq) => {
        if (storeOne) void storeOne().then(() => answer(request));
        else answer(request);
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
