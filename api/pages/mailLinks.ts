import formbody from "@fastify/formbody";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { confirmAddress } from "../../commands/user/confirmAddress.js";
import { setNewPassword } from "../../commands/user/setNewPassword.js";
import { addressBlock } from "../clientAddress.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";
import { passwordSchema } from "../passwordRules.js";
import { originOf } from "../requestContext.js";
import { positionOf } from "../usedLink.js";
import { type Html, html, page } from "./html.js";

const token = z.string().max(128).default("");
const query = z.object({ token });

/**
 * Where links in mails lead. Opening a page uses nothing up (mail scanners open links); the button
 * does. Plain forms, so they work without scripts.
 */
export const mailLinkPages: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  await app.register(formbody);
  app.addHook("onSend", async (_request, reply) => {
    reply.header("cache-control", "no-store");
  });
  const show = (title: string, body: Html) => page(title, html`<h1>${title}</h1>${body}`);

  const verify = { hide: true, querystring: query };
  app.get("/verify-email", { schema: verify }, async ({ query: { token } }, reply) =>
    reply.type("text/html").send(show("Confirm your address", verifyForm(token))),
  );
  const verifying = { hide: true, body: z.object({ token }) };
  app.post("/verify-email", { schema: verifying }, async (request, reply) => {
    await deps.rateLimits("sign-in", addressBlock(request.ip));
    const result = await outcome(async () => {
      const used = await confirmAddress(deps, request.body.token, originOf(deps, request));
      await deps.readYourWrites.wait(positionOf(used), reply);
      return "Your address is confirmed. You can sign in now.";
    });
    return reply
      .code(result.status)
      .type("text/html")
      .send(show("Confirm your address", result.body));
  });

  app.get("/reset-password", { schema: verify }, async ({ query: { token } }, reply) =>
    reply.type("text/html").send(show("Set a new password", resetForm(token))),
  );
  const resetting = { hide: true, body: z.object({ token, password: z.string().max(1024) }) };
  app.post("/reset-password", { schema: resetting }, async (request, reply) => {
    await deps.rateLimits("sign-in", addressBlock(request.ip));
    const result = await outcome(async () => {
      const asked = readNewPassword(request.body);
      const used = await setNewPassword(deps, asked, originOf(deps, request));
      await deps.readYourWrites.wait(positionOf(used), reply);
      return "Your new password is set. Sign in with it.";
    });
    return reply
      .code(result.status)
      .type("text/html")
      .send(show("Set a new password", result.body));
  });
};

function readNewPassword({ token, password }: { token: string; password: string }) {
  const read = passwordSchema.safeParse(password);
  if (read.success) return { token, password };
  const [issue] = read.error.issues;
  throw new ApiError("INVALID_PASSWORD", issue?.message ?? "", { field: "password" });
}

/** What was expected to go wrong is shown on the page; the rest is the error handler's. */
async function outcome(work: () => Promise<string>): Promise<{ status: number; body: Html }> {
  try {
    return { status: 200, body: html`<p class="good">${await work()}</p>` };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: 422, body: html`<p class="fault">${error.message}</p>` };
  }
}

const verifyForm = (token: string): Html => html`<p>
    One click activates your account.
  </p>
  <form method="post" action="/verify-email">
    <input type="hidden" name="token" value="${token}" />
    <button type="submit">Confirm my address</button>
  </form>`;

const resetForm = (token: string): Html => html`<p>
    Twelve characters or more. Every device that is signed in will be signed out.
  </p>
  <form method="post" action="/reset-password">
    <input type="hidden" name="token" value="${token}" />
    <label for="password">New password</label>
    <input id="password" type="password" name="password" autocomplete="new-password" required />
    <button type="submit">Set the password</button>
  </form>`;
