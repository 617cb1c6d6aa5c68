import { createHash, timingSafeEqual } from "node:crypto";
import {
  type Metadata,
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  status,
} from "@grpc/grpc-js";

/** The client asks these without its login; they say nothing of what is stored. */
const openServices = [
  "/event_store.client.server_features.ServerFeatures/",
  "/event_store.client.gossip.Gossip/",
];

/** Lets through the calls that bring this login; the others end before anything of them is read. */
export function requireLogin(user: string, password: string): ServerInterceptor {
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const isRight = (metadata: Metadata): boolean =>
    metadata.get("authorization").some((given) => areEqual(String(given), expected));
  return ({ path }, call) => {
    if (openServices.some((service) => path.startsWith(service))) {
      return new ServerInterceptingCall(call);
    }
    const listener = new ServerListenerBuilder().withOnReceiveMetadata((metadata, next) => {
      if (isRight(metadata)) next(metadata);
      else call.sendStatus({ code: status.UNAUTHENTICATED, details: "Wrong user or password." });
    });
    const responder = new ResponderBuilder().withStart((next) => next(listener.build()));
    return new ServerInterceptingCall(call, responder.build());
  };
}

/** Takes as long for any two texts. */
const areEqual = (one: string, other: string): boolean => timingSafeEqual(hash(one), hash(other));
const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
