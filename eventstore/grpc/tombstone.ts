import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { Store } from "../store.js";
import { tombstone } from "../writing/deleteStream.js";
import { deleteAsRequested } from "./deletion.js";
import { failureOf } from "./failure.js";
import { grpcStatus } from "./grpcStatus.js";

const { TombstoneResp } = streamsPb;

export function tombstoneHandler(
  store: Store,
): handleUnaryCall<streamsPb.TombstoneReq, streamsPb.TombstoneResp> {
  return ({ request }, callback) => {
    deleteAsRequested(store, request.getOptions(), tombstone).then(
      (position) => callback(null, toResponse(position)),
      (error: unknown) => callback(grpcStatus(failureOf(error))),
    );
  };
}

function toResponse(position: bigint): streamsPb.TombstoneResp {
  const where = new TombstoneResp.Position();
  where.setCommitPosition(`${position}`);
  where.setPreparePosition(`${position}`);
  return new TombstoneResp().setPosition(where);
}
