import { randomUUID } from "node:crypto";
import { GossipService } from "@eventstore/db-client/generated/gossip_grpc_pb.js";
import gossipPb from "@eventstore/db-client/generated/gossip_pb.js";
import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import type { Server, ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";

const { ClusterInfo, EndPoint, MemberInfo } = gossipPb;

/** A cluster of one, always the leader, so that `esdb+discover://` finds it. */
export function addGossipService(server: Server, nowTicks: () => bigint): void {
  const instanceId = randomUUID();
  server.addService(GossipService, {
    read: (
      call: ServerUnaryCall<unknown, gossipPb.ClusterInfo>,
      callback: sendUnaryData<gossipPb.ClusterInfo>,
    ) => {
      const member = new MemberInfo();
      const id = new sharedPb.UUID();
      id.setString(instanceId);
      member.setInstanceId(id);
      member.setTimeStamp(`${nowTicks()}`);
      member.setState(MemberInfo.VNodeState.LEADER);
      member.setIsAlive(true);
      member.setHttpEndPoint(dialledEndPoint(call.getHost()));
      callback(null, new ClusterInfo().setMembersList([member]));
    },
  });
}

/** The client is sent to the address it dialled: that one certainly reaches this server. */
function dialledEndPoint(authority: string): gossipPb.EndPoint {
  const { hostname, port } = new URL(`http://${authority}`);
  const endPoint = new EndPoint();
  endPoint.setAddress(hostname.replace(/^\[|\]$/g, ""));
  endPoint.setPort(Number(port));
  return endPoint;
}
