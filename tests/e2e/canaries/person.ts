import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { z } from "zod";
import { userTermsVersion } from "../../../domain/terms.js";
import { call } from "../../support/account.js";
import { ibanOf } from "../../support/ibans.js";
import type { Installed } from "../../support/installed.js";
import type { Canaries, Needle } from "./canaries.js";

/** Somebody whose every word is a canary, and what they alone know. */
export interface Person {
  readonly email: string;
  readonly accessToken: string;
  readonly apiKey: string;
  /** Sent with every call. */
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly Needle[];
}

export const forwardedFor = "203.0.113.77";

/** From the first page to a key, with every mistake on the way. */
export async function makePerson(installed: Installed, canaries: Canaries): Promise<Person> {
  const headers = {
    "x-forwarded-for": forwardedFor,
    "user-agent": canaries["user-agent"],
    referer: `https://example.org/${canaries.referer}`,
    cookie: `session=${canaries.cookie}`,
  };
  const email = `${canaries.mail}@example.org`;
  const password = canaries.password;
  const post = (path: string, body: object, token?: string) =>
    call(installed, "POST", path, { body, headers, ...(token !== undefined && { token }) });

  const handles = { email, username: canaries.name, password, terms_version: userTermsVersion };
  await post("/auth/register", handles);
  const confirm = await linkMailedTo(installed, email, "verify-email");
  await post("/auth/verify-email", { token: confirm, password: canaries.guess });
  await post("/auth/verify-email", { token: confirm, password });
  await post("/auth/register", handles);
  await post("/auth/login", { email, password: canaries.guess });
  const { data } = await post("/auth/login", { email: canaries.name, password });
  const tokens = z.object({ access_token: z.string(), refresh_token: z.string() }).parse(data);
  const accessToken = tokens.access_token;
  const names = { first_name: canaries["first-name"], last_name: canaries["first-name"] };
  await call(installed, "PUT", "/user/profile", { body: names, token: accessToken, headers });
  const made = await post("/user/api-keys", { name: canaries["key-name"] }, accessToken);
  const apiKey = z.string().parse(made.data["key"]);
  const payee = await nameAccounts(installed, canaries, { email, password, accessToken, headers });
  await post("/auth/forgot-password", { email });
  const reset = await linkMailedTo(installed, email, "reset-password");
  await post("/auth/reset-password", { token: reset, password: "short" });
  return {
    email,
    accessToken,
    apiKey,
    headers,
    secrets: [
      { kind: "mail link", text: confirm },
      { kind: "mail link", text: reset },
      { kind: "access token", text: accessToken },
      { kind: "refresh token", text: tokens.refresh_token },
      { kind: "api key", text: apiKey },
      ...payee,
    ],
  };
}

/** Paid to a bank account, and soon to one of PayPal; what nobody else may see of that. */
async function nameAccounts(
  installed: Installed,
  canaries: Canaries,
  {
    email,
    password,
    accessToken: token,
    headers,
  }: Omit<Person, "apiKey" | "secrets"> & {
    readonly password: string;
  },
): Promise<Needle[]> {
  const iban = ibanOf(randomInt(1_000_000_000));
  const name = canaries["legal-name"];
  const put = (path: string, body: object) =>
    call(installed, "PUT", `/operator/${path}`, { body, token, headers });
  await put("payee-details", { legal_name: name, country: "ES", standing: "private" });
  await put("payout-account", { method: "sepa", iban, holder: name, password });
  const confirm = await linkMailedTo(installed, email, "confirm-payout-account");
  const body = new URLSearchParams({ token: confirm });
  await fetch(`${installed.url}/confirm-payout-account`, { method: "POST", body, headers });
  const paypal = `${canaries["paypal-mail"]}@example.org`;
  await put("payout-account", { method: "paypal", email: paypal, country: "ES", password });
  const proof = await linkMailedTo(installed, paypal, "confirm-paypal-account");
  return [
    { kind: "iban", text: iban },
    { kind: "mail link", text: confirm },
    { kind: "mail link", text: proof },
  ];
}

/** The token of the link to this page in a mail to this address. */
function linkMailedTo({ folder }: Installed, email: string, page: string): Promise<string> {
  const mails = join(folder, "mail");
  const look = () => {
    const texts = readdirSync(mails).map((name) => readFileSync(join(mails, name), "utf8"));
    const mail = texts.find((text) => text.includes(email) && text.includes(`/${page}?token=`));
    return mail?.split(`/${page}?token=`)[1]?.match(/^[\w-]+/)?.[0];
  };
  return vi.waitUntil(look, { timeout: 30_000 });
}
