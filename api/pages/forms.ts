import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Html, html } from "../../platform/html.js";
import type { AppDependencies } from "../dependencies.js";
import { readWithinBudget } from "../traffic/readWithinBudget.js";
import { page } from "./page.js";

/** Plain forms, so pages work without scripts. */
export function takeForms(app: FastifyInstance, deps: AppDependencies): void {
  const formType = "application/x-www-form-urlencoded";
  app.addContentTypeParser(formType, async (request: FastifyRequest) => {
    const body = await readWithinBudget(deps, request, request.routeOptions.bodyLimit);
    return Object.fromEntries(new URLSearchParams(body.toString()));
  });
}

export function showPage(
  reply: FastifyReply,
  title: string,
  { status = 200, body }: { readonly status?: number; readonly body: Html },
): FastifyReply {
  const text = page(title, html`<h1>${title}</h1>${body}`);
  return reply.code(status).type("text/html").send(text);
}
