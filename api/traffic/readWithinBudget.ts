import type { FastifyRequest } from "fastify";
import type { AppDependencies } from "../dependencies.js";
import { readBody } from "./readBody.js";

export type ReadingDeps = Pick<AppDependencies, "traffic" | "blockHash">;

/** Reads the body of a request within the budget of this process. @throws as readBody */
export const readWithinBudget = (
  { traffic, blockHash }: ReadingDeps,
  request: FastifyRequest,
  bytesMax: number,
): Promise<Buffer> =>
  readBody(request.raw, {
    bytesMax,
    hold: (bytes) => traffic.bodies.hold(blockHash(request.ip), bytes),
  });
