import type { Socket } from "node:net";
import { type Server, ServerCredentials } from "@grpc/grpc-js";
import type { WayIn } from "./listen.js";
import { areUsersKnown } from "./ownPeers.js";
import { ownUserGate } from "./ownUserGate.js";
import { createTurnAway } from "./turnAway.js";

/** Whose connections are served. */
export type Access = "own user" | "every user";

/** This system does not say who opened a connection. */
export class UnknownUsersError extends Error {
  override readonly name = "UnknownUsersError";
}

/** What lies between a connection and the calls that it brings. */
export function wayInto(server: Server, access: Access): WayIn {
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const letIn = (socket: Socket): void => {
    injector.injectConnection(socket);
    socket.resume();
  };
  if (access === "every user") return () => letIn;
  const turnAway = createTurnAway();
  return (place) => ownUserGate(place, { letIn, turnAway });
}

/** @throws UnknownUsersError where nobody could be let in */
export function assertUsersKnown(): void {
  if (areUsersKnown()) return;
  throw new UnknownUsersError(
    "This system does not say which user opens a connection, so the store can't serve its own user " +
      "alone. Use --tls DIR.",
  );
}
