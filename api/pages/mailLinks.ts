import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { confirmAddress } from "../../commands/user/confirmAddress.js";
import { orderMailTo } from "../../commands/user/orderMailTo.js";
import { setNewPassword } from "../../commands/user/setNewPassword.js";
import { type Html, html } from "../../platform/html.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";
import { passwordSchema } from "../passwordRules.js";
import { originOf } from "../requestContext.js";
import { positionOf } from "../usedLink.js";
import { showPage, takeForms } from "./forms.js";
import { askForm, resetForm, verifyForm } from "./mailLinkForms.js";

const token = z.string().max(128).default("");
const shown = { hide: true, querystring: z.object({ token }) };
const typed = z.string().max(1024);
const verifySchema = {
  hide: true,
  body: z.object({ token, password: typed.default(""), new_password: typed.optional() }),
};
const resetSchema = {
  hide: true,
  body: z.object({ token, password: typed, keys: z.enum(["keep", "revoke"]).default("keep") }),
};

const askSchema = { hide: true, body: z.object({ email: z.string().max(254) }) };

const verifyTitle = "Confirm your address";
const resetTitle = "Set a new password";

/**
 * Where links in mails lead. Opening a page uses nothing up (mail scanners open links); the button
 * does.
 */
export const mailLinkPages: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  takeForms(app, deps);
  app.get("/verify-email", { schema: shown }, async ({ query: { token } }, reply) =>
    showPage(reply, verifyTitle, { body: verifyForm(token) }),
  );
  const config = { limit: "sign-in" } as const;
  app.post("/verify-email", { schema: verifySchema, config }, async (request, reply) => {
    const { token, password, new_password } = request.body;
    const result = await outcome(verifyForm(token), async () => {
      const given =
        new_password === undefined ? { chosen: password } : { fresh: readPassword(new_password) };
      const confirmation = { token, password: given, block: deps.blockHash(request.ip) };
      const used = await confirmAddress(deps, confirmation, originOf(deps, request));
      await deps.readYourWrites.wait("accounts", positionOf(used), reply);
      return "Your address is confirmed. You can sign in now.";
    });
    return showPage(reply, verifyTitle, result);
  });

  app.get("/reset-password", { schema: shown }, async ({ query: { token } }, reply) =>
    showPage(reply, resetTitle, { body: token === "" ? askForm : resetForm(token) }),
  );
  app.post("/forgot-password", { schema: askSchema }, async (request, reply) => {
    await deps.rateLimits("register", deps.blockHash(request.ip));
    const { email } = request.body;
    await orderMailTo(deps, { kind: "reset-password", email, at: deps.clock.now() });
    const body = html`<p class="good">If this address has an account, a mail is on its way.</p>`;
    return showPage(reply, resetTitle, { body });
  });
  app.post("/reset-password", { schema: resetSchema, config }, async (request, reply) => {
    const { token, password, keys } = request.body;
    const result = await outcome(resetForm(token), async () => {
      const about = { token, revokeKeys: keys === "revoke", block: deps.blockHash(request.ip) };
      const asked = { ...about, password: readPassword(password) };
      const used = await setNewPassword(deps, asked, originOf(deps, request));
      await deps.readYourWrites.wait("accounts", positionOf(used), reply);
      return "Your new password is set. Sign in with it.";
    });
    return showPage(reply, resetTitle, result);
  });
};

/** @throws ApiError INVALID_PASSWORD */
function readPassword(text: string): string {
  const read = passwordSchema.safeParse(text);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new ApiError("INVALID_PASSWORD", issue?.message ?? "", { field: "password" });
}

/**
 * What was expected to go wrong is shown on the page, with the form again where the link is still
 * good; the rest is the error handler's.
 */
async function outcome(
  form: Html,
  work: () => Promise<string>,
): Promise<{ status: number; body: Html }> {
  try {
    return { status: 200, body: html`<p class="good">${await work()}</p>` };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const again = error.code === "INVALID_PASSWORD" ? form : html``;
    return { status: 422, body: html`<p class="fault">${error.message}</p>${again}` };
  }
}
