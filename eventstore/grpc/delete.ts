import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { Store } from "../store.js";
import { softDelete } from "../writing/deleteStream.js";
import { deleteAsRequested } from "./deletion.js";
import { failureOf } from "./failure.js";
import { grpcStatus } from "./grpcStatus.js";

const { DeleteResp } = streamsPb;

export function deleteHandler(
  store: Store,
): handleUnaryCall<streamsPb.DeleteReq, streamsPb.DeleteResp> {
  return ({ request }, callback) => {
    deleteAsRequested(store, request.getOptions(), softDelete).then(
      (position) => callback(null, toResponse(position)),
      (error: unknown) => callback(grpcStatus(failureOf(error))),
    );
  };
}

function toResponse(position: bigint): streamsPb.DeleteResp {
  const where = new DeleteResp.Position();
  where.setCommitPosition(`${position}`);
  where.setPreparePosition(`${position}`);
  return new DeleteResp().setPosition(where);
}
