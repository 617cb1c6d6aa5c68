import type { FastifyReply } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import {
  type AccountConfirmed,
  type Confirmation,
  confirmPayoutAccount,
} from "../../commands/operator/confirmPayoutAccount.js";
import { freezeByLink } from "../../commands/operator/freezePayouts.js";
import { type Html, html } from "../../platform/html.js";
import type { AppDependencies } from "../dependencies.js";
import { originOf } from "../requestContext.js";
import { showPage, takeForms } from "./forms.js";

const token = z.string().max(128).default("");
const shown = { hide: true, querystring: z.object({ token }) };
const posted = { hide: true, body: z.object({ token }) };
const config = { limit: "sign-in" } as const;

const confirmTitle = "Confirm how you are paid";
const freezeTitle = "Stop the payouts";

/**
 * Where the links in mails about payouts lead. Opening a page does nothing (mail scanners open links); its button
 * does.
 */
export const payoutLinkPages: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  takeForms(app, deps);
  for (const { path, use, question } of confirmations) {
    app.get(path, { schema: shown }, async ({ query: { token } }, reply) =>
      showPage(reply, confirmTitle, { body: form({ path, token, question, button: "Confirm" }) }),
    );
    app.post(path, { schema: posted, config }, async (request, reply) => {
      const asked = { use, token: request.body.token };
      const confirmed = await confirmPayoutAccount(deps, asked, originOf(deps, request));
      return showConfirmed(deps, confirmed, reply);
    });
  }

  app.get("/freeze-payouts", { schema: shown }, async ({ query: { token } }, reply) => {
    const button = "Stop all payouts to me";
    const body = form({ path: "/freeze-payouts", token, question: freezeQuestion, button });
    return showPage(reply, freezeTitle, { body });
  });
  app.post("/freeze-payouts", { schema: posted, config }, async (request, reply) => {
    const frozen = await freezeByLink(deps.ledger, request.body.token, originOf(deps, request));
    if (frozen.outcome === "bad-link") return showPage(reply, freezeTitle, badLink);
    await deps.readYourWrites.wait("accounts", frozen.position, reply);
    return showPage(reply, freezeTitle, { body: good(frozenText) });
  });

  app.get("/payout-account", { schema: { hide: true } }, async (_request, reply) =>
    showPage(reply, "Your account at Stripe", { body: html`<p>${comeBackText}</p>` }),
  );
};

const confirmations: readonly {
  readonly path: string;
  readonly use: Confirmation["use"];
  readonly question: string;
}[] = [
  {
    path: "/confirm-payout-account",
    use: "confirm",
    question: "Is it you who named another payout account? It is paid a week after you confirm it.",
  },
  {
    path: "/confirm-paypal-account",
    use: "confirm-paypal",
    question: "Do you want to be paid by OBSIDIAN to the PayPal account with your address?",
  },
];

const freezeQuestion =
  "Nothing is paid to you from then on, until a maintainer has looked and written to you.";
const frozenText =
  "Your payouts are stopped. Set a new password now; a maintainer looks before anything is paid.";
const comeBackText =
  "Stripe tells us as soon as your account can be paid. If it asked for more than you had at hand, ask for another link.";

const good = (text: string): Html => html`<p class="good">${text}</p>`;

const badLink = {
  status: 422,
  body: html`<p class="fault">
    This link was used before, has expired, or is about an account that was replaced.
  </p>`,
};

const form = ({
  path,
  token,
  question,
  button,
}: {
  readonly path: string;
  readonly token: string;
  readonly question: string;
  readonly button: string;
}): Html => html`<p>${question}</p>
  <form method="post" action="${path}">
    <input type="hidden" name="token" value="${token}" />
    <button type="submit">${button}</button>
  </form>`;

async function showConfirmed(
  deps: AppDependencies,
  confirmed: AccountConfirmed,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (confirmed.outcome === "bad-link") return showPage(reply, confirmTitle, badLink);
  await deps.readYourWrites.wait("accounts", confirmed.position, reply);
  const text = confirmed.isInForce
    ? "Confirmed. You are paid there a week from now, and you hear of it by mail."
    : "Confirmed. Another proof is missing: a link in another mail, or Stripe.";
  return showPage(reply, confirmTitle, { body: good(text) });
}
