import { ServerFeaturesService } from "@eventstore/db-client/generated/serverfeatures_grpc_pb.js";
import featuresPb from "@eventstore/db-client/generated/serverfeatures_pb.js";
import type { Server, ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";

/** The EventStoreDB version whose protocol is spoken; the client only stores it. */
const protocolVersion = "24.2.0";

/** What is served, named in lower case as the real server does. The rest is UNIMPLEMENTED. */
const supportedMethods: readonly (readonly [
  service: string,
  method: string,
  features: string[],
])[] = [
  ["event_store.client.streams.streams", "read", ["position", "events"]],
  ["event_store.client.streams.streams", "append", []],
  ["event_store.client.streams.streams", "batchappend", []],
  ["event_store.client.streams.streams", "delete", []],
  ["event_store.client.streams.streams", "tombstone", []],
  ["event_store.client.gossip.gossip", "read", []],
  ["event_store.client.server_features.serverfeatures", "getsupportedmethods", []],
];

const persistentSubscriptions =
  "event_store.client.persistent_subscriptions.persistentsubscriptions";

/**
 * Not served. But what a client does not find in the list, it asks for by HTTP/1, and gets an
 * answer that it cannot read; of what it finds, it learns here that it is UNIMPLEMENTED.
 */
const methodsToRefuse: typeof supportedMethods = [
  [persistentSubscriptions, "getinfo", ["stream"]],
  [persistentSubscriptions, "replayparked", ["stream"]],
  [persistentSubscriptions, "list", ["stream"]],
  [persistentSubscriptions, "restartsubsystem", []],
  ["event_store.client.projections.projections", "create", ["track_emitted_streams"]],
];

export function addServerFeaturesService(server: Server): void {
  const answer = supported();
  server.addService(ServerFeaturesService, {
    getSupportedMethods: (
      _call: ServerUnaryCall<unknown, featuresPb.SupportedMethods>,
      callback: sendUnaryData<featuresPb.SupportedMethods>,
    ) => callback(null, answer),
  });
}

function supported(): featuresPb.SupportedMethods {
  const answer = new featuresPb.SupportedMethods();
  answer.setEventStoreServerVersion(protocolVersion);
  for (const [service, method, features] of [...supportedMethods, ...methodsToRefuse]) {
    const supportedMethod = new featuresPb.SupportedMethod();
    supportedMethod.setServiceName(service);
    supportedMethod.setMethodName(method);
    supportedMethod.setFeaturesList(features);
    answer.addMethods(supportedMethod);
  }
  return answer;
}
