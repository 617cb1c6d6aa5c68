import { StreamsService } from "@eventstore/db-client/generated/streams_grpc_pb.js";
import type { Server } from "@grpc/grpc-js";
import type { Store } from "../store.js";
import { appendHandler } from "./append.js";
import { batchAppendHandler } from "./batchAppend.js";
import { deleteHandler } from "./delete.js";
import { readHandler } from "./read.js";
import { tombstoneHandler } from "./tombstone.js";

/** The methods whose answers are encoded already, for the sake of speed. */
const asIs = { responseSerialize: (encoded: Buffer): Buffer => encoded };
const definition = {
  ...StreamsService,
  read: { ...StreamsService.read, ...asIs },
  batchAppend: { ...StreamsService.batchAppend, ...asIs },
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
