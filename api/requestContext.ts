import type { FastifyRequest } from "fastify";
import { type CommandContext, contextOf, type Origin } from "../commands/context.js";
import { callerOf } from "./caller.js";
import type { AppDependencies } from "./dependencies.js";

type Deps = Pick<AppDependencies, "clock">;

/** Everything that comes of a request carries its id. */
export const originOf = (
  { clock }: Deps,
  { id }: Pick<FastifyRequest, "id">,
): Pick<Origin, "at" | "correlationId"> => ({ at: clock.now(), correlationId: id });

/** For what a caller asks about their own. With a command id the same request again changes nothing. */
export const contextOfCaller = (
  deps: Deps,
  request: FastifyRequest,
  commandId?: string,
): CommandContext =>
  contextOf({ ...originOf(deps, request), actor: `user:${callerOf(request).userId}`, commandId });
