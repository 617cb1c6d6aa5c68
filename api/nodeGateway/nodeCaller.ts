import type { FastifyRequest } from "fastify";
import { findNodeSession, type NodeSession } from "../../platform/redis/nodeSessions.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";

const bearerForm = /^Bearer +([0-9a-f-]{36}\.[A-Za-z0-9_-]{43})$/i;

/** Runs before the body is read: only a node with a session gets to send one. */
export function authenticateNode(deps: AppDependencies) {
  const check = async (request: FastifyRequest): Promise<void> => {
    const [, token] = bearerForm.exec(request.headers.authorization ?? "") ?? [];
    const session = token && (await findNodeSession(deps.redis, token));
    if (!session) {
      throw new ApiError("INVALID_CREDENTIALS", "This node has no session. Register again.");
    }
    request.node = session;
    await deps.rateLimits("node", session.nodeId);
  };
  return Object.assign(check, { callers: ["node"] as const });
}

export function nodeOfCaller({ node }: FastifyRequest): NodeSession {
  if (node === undefined) throw new Error("This route does not authenticate nodes.");
  return node;
}

export const nodeIdOfCaller = (request: FastifyRequest): string => nodeOfCaller(request).nodeId;
