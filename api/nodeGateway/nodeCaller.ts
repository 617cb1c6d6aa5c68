import type { FastifyRequest } from "fastify";
import { findNodeSession } from "../../platform/redis/nodeSessions.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";

const bearerForm = /^Bearer +([0-9a-f-]{36}\.[A-Za-z0-9_-]{43})$/i;

/** Runs before the body is read: only a node with a session gets to send one. */
export function authenticateNode(deps: AppDependencies) {
  return async (request: FastifyRequest): Promise<void> => {
    const [, token] = bearerForm.exec(request.headers.authorization ?? "") ?? [];
    const nodeId = token && (await findNodeSession(deps.redis, token));
    if (!nodeId) {
      throw new ApiError("INVALID_CREDENTIALS", "This node has no session. Register again.");
    }
    request.nodeId = nodeId;
    await deps.rateLimits("node", nodeId);
  };
}

export function nodeIdOfCaller({ nodeId }: FastifyRequest): string {
  if (nodeId === undefined) throw new Error("This route does not authenticate nodes.");
  return nodeId;
}
