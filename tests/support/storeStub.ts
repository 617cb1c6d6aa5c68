import { GossipService } from "@eventstore/db-client/generated/gossip_grpc_pb.js";
import gossipPb from "@eventstore/db-client/generated/gossip_pb.js";
import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import { StreamsClient, StreamsService } from "@eventstore/db-client/generated/streams_grpc_pb.js";
import type streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import {
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerWritableStream,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { onTestFinished } from "vitest";
import type { Issued } from "./certificates.js";

type ReadCall = ServerWritableStream<streamsPb.ReadReq, streamsPb.ReadResp>;
export type AnswerRead = (call: ReadCall) => void;

/** What the nodes of real clusters answer, as far as the embedded store never does. */
export function fault(code: number, details: string, trailers: Record<string, string> = {}) {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return { code, details, metadata };
}
type Fault = ReturnType<typeof fault>;

export function failing(...named: Parameters<typeof fault>): AnswerRead {
  return (call) => void call.emit("error", fault(...named));
}

export const requiresLeader = ({ metadata }: ReadCall): boolean =>
  metadata.get("requires-leader").includes("true");

/** Hands reads on to a store that stands behind it. `afterEach` sees what has passed. */
export function handingOn(
  { port }: { readonly port: number },
  afterEach: (call: ReadCall) => void = () => undefined,
): AnswerRead {
  const behind = new StreamsClient(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => behind.close());
  return (call) => {
    const answers = behind.read(call.request);
    call.on("cancelled", () => answers.cancel());
    answers.on("error", () => undefined).on("end", () => call.end());
    answers.on("data", (answer: streamsPb.ReadResp) => {
      if (call.writableEnded) return;
      call.write(answer);
      if (answer.hasEvent()) afterEach(call);
    });
  };
}

interface StubOptions {
  readonly read: AnswerRead;
  /** How every append fails. */
  readonly append?: Fault;
  /** Serves TLS with it. */
  readonly certificate?: Issued;
  /** The port of the leader, as gossip names it. */
  readonly leader?: () => number;
}

/** One node of an event store that answers as it is told; gone when the test is over. */
export async function startStoreStub({ read, append, certificate, leader }: StubOptions) {
  const server = new Server();
  server.addService(StreamsService, {
    read,
    append: (_call: unknown, callback: sendUnaryData<streamsPb.AppendResp>) =>
      append === undefined ? undefined : callback(append),
    batchAppend: () => undefined,
    delete: () => undefined,
    tombstone: () => undefined,
  });
  server.addService(GossipService, {
    read: (_call: unknown, callback: sendUnaryData<gossipPb.ClusterInfo>) =>
      callback(null, leader === undefined ? new gossipPb.ClusterInfo() : clusterOf(leader())),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentialsOf(certificate), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  onTestFinished(() => server.forceShutdown());
  return { port };
}

function credentialsOf(certificate: Issued | undefined): ServerCredentials {
  if (certificate === undefined) return ServerCredentials.createInsecure();
  const key = certificate.privateKey.export({ type: "pkcs8", format: "pem" });
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(certificate.pem) };
  return ServerCredentials.createSsl(null, [pair]);
}

function clusterOf(port: number): gossipPb.ClusterInfo {
  const { ClusterInfo, EndPoint, MemberInfo } = gossipPb;
  const member = new MemberInfo();
  const id = new sharedPb.UUID();
  id.setString("00000000-0000-4000-8000-000000000001");
  member.setInstanceId(id);
  member.setState(MemberInfo.VNodeState.LEADER);
  member.setIsAlive(true);
  const endPoint = new EndPoint();
  endPoint.setAddress("127.0.0.1");
  endPoint.setPort(port);
  member.setHttpEndPoint(endPoint);
  return new ClusterInfo().setMembersList([member]);
}
