import { StreamsService } from "@eventstore/db-client/generated/streams_grpc_pb.js";
import type { Server } from "@grpc/grpc-js";
import type { Store } from "../store.js";
import { appendHandler } from "./append.js";
import { batchAppendHandler } from "./batchAppend.js";
import { deleteHandler } from "./delete.js";
import { readHandler } from "./read.js";
import { tombstoneHandler } from "./tombstone.js";

/** Read answers with bytes as they are stored, so they are not to be serialized again. */
const definition = {
  ...StreamsService,
  read: { ...StreamsService.read, responseSerialize: (stored: Buffer): Buffer => stored },
};

export function addStreamsService(server: Server, store: Store): void {
  server.addService(definition, {
    read: readHandler(store),
    append: appendHandler(store),
    batchAppend: batchAppendHandler(store),
    delete: deleteHandler(store),
    tombstone: tombstoneHandler(store),
  });
}
