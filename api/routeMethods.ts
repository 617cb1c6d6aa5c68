import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "./errorCodes.js";
import { fromStatus } from "./errorHandler.js";

const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];
/** Every method that some route takes. */
export const methodsKnown = methods.join(", ");

export const methodNotAllowed = (): ApiError =>
  new ApiError("METHOD_NOT_ALLOWED", "This address does not take this method. See `Allow`.");

interface RoutePath {
  readonly form: RegExp;
  readonly methods: Set<string>;
}

/** Notes each route as it is made. What is returned throws for a call that found none of them. */
export function noteRoutes(app: FastifyInstance) {
  const paths = new Map<string, RoutePath>();
  app.addHook("onRoute", ({ method, url }) => {
    if (url === "*") return; // What cors makes for preflights is at every address.
    const path = paths.get(url) ?? { form: formOf(url), methods: new Set() };
    for (const each of [method].flat()) path.methods.add(each);
    paths.set(url, path);
  });

  /** Methods of all routes at this address, as `Allow` names them; empty when there is none. */
  const allowedAt = (url: string): string => {
    if (url === "*") return methodsKnown;
    const [path = ""] = url.split("?", 1);
    const exact = paths.get(path);
    const found = exact ? [exact] : [...paths.values()].filter(({ form }) => form.test(path));
    if (found.length === 0) return "";
    const taken = new Set(["OPTIONS", ...found.flatMap((each) => [...each.methods])]);
    return methods.filter((method) => taken.has(method)).join(", ");
  };

  /** `DELETE /workers/status` is not for the worker of this name. */
  const isShadowed = ({ method, url, routeOptions }: FastifyRequest): boolean => {
    if (routeOptions.url?.includes(":") !== true) return false;
    const exact = paths.get(url.split("?", 1)[0] ?? "");
    return exact !== undefined && !exact.methods.has(method);
  };

  return {
    isNowhere: (request: FastifyRequest): boolean => request.is404 || isShadowed(request),
    /** @throws ApiError METHOD_NOT_ALLOWED, NOT_FOUND */
    refuse({ method, url }: FastifyRequest, reply: FastifyReply): never {
      const allowed = allowedAt(url);
      // A route that takes the method and is here all the same has no file of this name.
      if (allowed === "" || allowed.split(", ").includes(method)) throw fromStatus(404);
      reply.header("allow", allowed);
      throw methodNotAllowed();
    },
    /** What `OPTIONS` asks when it is no browser's preflight. @throws ApiError NOT_FOUND */
    answerOptions({ url }: FastifyRequest, reply: FastifyReply): FastifyReply {
      const allowed = allowedAt(url);
      if (allowed === "") throw fromStatus(404);
      return reply.code(204).header("allow", allowed).send();
    },
  };
}

/** `/a/:id/b` matches `/a/1/b`; `:month(^\d{4}).csv` and `*` match in their own place only. */
function formOf(url: string): RegExp {
  const escaped = url
    .replace(/:(\w+)\([^)]*\)/g, ":$1")
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replace(/\*$/, ".*")
    .replace(/:\w+/g, "[^/]+");
  return new RegExp(`^${escaped}$`);
}
