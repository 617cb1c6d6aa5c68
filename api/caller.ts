import type { FastifyRequest } from "fastify";
import { recentSignInMs } from "../domain/limits.js";
import { epochMs } from "../domain/time.js";
import { sha256Hex } from "../platform/ids.js";
import { apiKeyForm } from "../platform/keys/apiKeys.js";
import { isDenied } from "../platform/redis/denyList.js";
import { noteKeyUse } from "../platform/redis/keyUses.js";
import type { NodeSession } from "../platform/redis/nodeSessions.js";
import type { Session } from "../platform/redis/sessions.js";
import { findKeyOwner } from "../projections/apiKeys/queries.js";
import type { AppDependencies } from "./dependencies.js";
import { ApiError } from "./errorCodes.js";

/** Who is asking, proved by a credential in a header. */
export type Caller =
  | { readonly kind: "key"; readonly userId: string; readonly keyId: string }
  | { readonly kind: "user"; readonly userId: string; readonly session: Session };
export type CallerKind = Caller["kind"];

declare module "fastify" {
  interface FastifyRequest {
    caller: Caller | undefined;
    node: NodeSession | undefined;
  }
}

/** The name of the scheme is written in any case: RFC 9110, 11.1. */
const bearerForm = /^Bearer +([^\s]+)$/i;

/** Named for the documentation, which says who may call. */
type Authenticator = ((request: FastifyRequest) => Promise<void>) & {
  readonly callers: readonly CallerKind[];
};

/** Runs before the body is read: whoever is not known does not get to send one. */
export function authenticate(
  deps: AppDependencies,
  ...kinds: readonly CallerKind[]
): Authenticator {
  const check = async (request: FastifyRequest): Promise<void> => {
    const caller = await identify(deps, request);
    if (caller === undefined || !kinds.includes(caller.kind)) throw notAccepted();
    request.caller = caller;
    await deps.rateLimits("account", caller.userId);
  };
  return Object.assign(check, { callers: kinds });
}

export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new Error("This route does not authenticate.");
  return request.caller;
}

/** For what an open browser or a stolen token must not do alone. */
export function requireRecentSignIn(request: FastifyRequest, now: string): Session {
  const caller = callerOf(request);
  if (caller.kind === "user") {
    const { session } = caller;
    if (epochMs(now) - epochMs(session.signedInAt) <= recentSignInMs) return session;
  }
  throw new ApiError("SIGN_IN_AGAIN", "Sign in again, then repeat this within five minutes.");
}

const notAccepted = (): ApiError =>
  new ApiError("INVALID_CREDENTIALS", "The key or token is not valid here.");

async function identify(
  deps: AppDependencies,
  request: FastifyRequest,
): Promise<Caller | undefined> {
  const credential = credentialOf(request);
  return apiKeyForm.test(credential)
    ? identifyByKey(deps, credential)
    : identifyByToken(deps, credential);
}

function credentialOf({ headers }: FastifyRequest): string {
  const key = headers["x-api-key"];
  if (typeof key === "string") return key;
  const [, bearer] = bearerForm.exec(headers.authorization ?? "") ?? [];
  if (bearer !== undefined) return bearer;
  const message = "Send your key as X-API-Key, or a token as Authorization: Bearer.";
  throw new ApiError("MISSING_CREDENTIALS", message);
}

async function identifyByKey(deps: AppDependencies, key: string): Promise<Caller | undefined> {
  const owner = await findKeyOwner(deps.readDb, sha256Hex(key));
  if (owner === undefined || (await isDenied(deps.redis, owner))) return undefined;
  // Nice to show, not worth a failed request.
  noteKeyUse(deps.redis, owner.keyId, deps.clock.now()).catch(() => undefined);
  return { kind: "key", ...owner };
}

async function identifyByToken(deps: AppDependencies, token: string): Promise<Caller | undefined> {
  const claims = await deps.accessTokens.verify(token, deps.clock.now());
  if (claims === undefined) return undefined;
  const session = await deps.sessions.find(claims.sessionId);
  if (session?.userId !== claims.userId) return undefined;
  if (await isDenied(deps.redis, { userId: claims.userId })) return undefined;
  return { kind: "user", userId: claims.userId, session };
}
