import type { Socket } from "node:net";
import { experimental, type Server, ServerCredentials } from "@grpc/grpc-js";
import type { WayIn } from "./listen.js";
import { requireLogin } from "./login.js";
import { areUsersKnown } from "./ownPeers.js";
import { ownUserGate } from "./ownUserGate.js";
import type { TlsAccess } from "./tlsAccess.js";
import { createTurnAway } from "./turnAway.js";

/** Whose connections are served; with TLS, those that bring the login. */
export type Access = "own user" | "every user" | TlsAccess;

/** This system does not say who opened a connection. */
export class UnknownUsersError extends Error {
  override readonly name = "UnknownUsersError";
}

/** What lies between a connection and the calls that it brings. */
export function wayInto(server: Server, access: Access): WayIn {
  const injector = server.createConnectionInjector(credentialsOf(access));
  const letIn = (socket: Socket): void => {
    injector.injectConnection(socket);
    socket.resume();
  };
  if (access !== "own user") return () => letIn;
  const turnAway = createTurnAway();
  return (place) => ownUserGate(place, { letIn, turnAway });
}

function credentialsOf(access: Access): ServerCredentials {
  if (typeof access === "string") return ServerCredentials.createInsecure();
  const { certificate, key, user, password } = access;
  const pair = { cert_chain: Buffer.from(certificate), private_key: Buffer.from(key) };
  const tls = ServerCredentials.createSsl(null, [pair]);
  return experimental.createServerCredentialsWithInterceptors(tls, [requireLogin(user, password)]);
}

/** @throws UnknownUsersError where nobody could be let in */
export async function assertUsersKnown(): Promise<void> {
  if (await areUsersKnown()) return;
  throw new UnknownUsersError(
    "This system does not say which user opens a connection, so the store can't serve its own user " +
      "alone. Use --tls DIR.",
  );
}
