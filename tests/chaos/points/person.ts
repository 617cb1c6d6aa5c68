import { setTimeout as pause } from "node:timers/promises";
import { newId, sha256Hex } from "../../../platform/ids.js";
import { newHandles, password, registerBody } from "../../support/account.js";
import type { AcceptedFile } from "../product/accepted.js";
import { type Answer, type Call, callUntilAnswered } from "../product/persistentCall.js";
import type { StripeStandIn } from "../product/stripeStandIn.js";
import { expectStatus } from "./expectStatus.js";
import { mailsTo } from "./mailsTo.js";
import { reportGift } from "./reportGift.js";

export interface Surroundings {
  readonly url: string;
  readonly mailFolder: string;
  readonly accepted: AcceptedFile;
  readonly stripe: StripeStandIn;
}

const lookMs = 50;
const looksMax = 1_200;
const looksPerSignIn = 40;

/** What somebody still waits for, and how they end their account once they want to. */
export interface Life {
  readonly loop: Promise<void>;
  leave(): Promise<void>;
}

/**
 * Somebody who registers, asks for a loop and gives money, and who says everything again until it is
 * answered.
 */
export async function live(around: Surroundings): Promise<Life> {
  const person = new Person(around);
  await person.register();
  await person.confirm();
  await person.signIn();
  await person.makeKey();
  const loop = person.makeLoop();
  loop.catch(() => undefined); // Looked at by whoever waits for it.
  await person.give();
  return { loop, leave: () => person.leave() };
}

class Person {
  readonly #around: Surroundings;
  #handles = newHandles();
  #token = "";
  #key = "";

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** A name whose first attempt was never answered may be held for a while: they take another. */
  async register(): Promise<void> {
    const { status, code } = await this.#post("/auth/register", registerBody(this.#handles));
    if (code === "USERNAME_TAKEN") {
      if (await this.#hasMail()) return;
      this.#handles = newHandles();
      return this.register();
    }
    expectStatus(201, { status, code });
    this.#around.accepted.add({ what: "registered", email: this.#handles.email });
  }

  /** Registered all the same, if the mail comes. */
  async #hasMail(): Promise<boolean> {
    for (let look = 0; look < 20; look += 1) {
      if (this.#mails().length > 0) return true;
      await pause(lookMs);
    }
    return false;
  }

  /** By the newest link; a link that is used up without effect is asked for again. */
  async confirm(): Promise<void> {
    for (let asked = 0; asked < 4; asked += 1) {
      const token = await this.#newestToken(asked);
      if (token === undefined) return;
      const { status, code } = await this.#post("/auth/verify-email", { token, password });
      if (status === 200) return;
      const login = await this.#login();
      if (login.status === 200) return;
      if (code !== "INVALID_MAIL_TOKEN") expectStatus(200, { status, code });
      await this.#post("/auth/resend-verification", { email: this.#handles.email });
    }
    throw new Error("The address can't be confirmed.");
  }

  /** Undefined when they can sign in already: whose link had its effect gets no other. */
  async #newestToken(after: number): Promise<string | undefined> {
    for (let look = 1; look < looksMax; look += 1) {
      const tokens = this.#mails().flatMap((mail) => /token=([\w-]+)/.exec(mail)?.[1] ?? []);
      const newest = tokens.at(-1);
      if (newest !== undefined && tokens.length > after) return newest;
      if (look % looksPerSignIn === 0 && (await this.#login()).status === 200) return undefined;
      await pause(lookMs);
    }
    throw new Error(`No mail came to ${this.#handles.email}.`);
  }

  #mails(): string[] {
    return mailsTo(this.#around.mailFolder, this.#handles.email);
  }

  #login(): Promise<Answer> {
    return this.#post("/auth/login", { email: this.#handles.email, password });
  }

  async signIn(): Promise<void> {
    const login = await this.#login();
    expectStatus(200, login);
    this.#token = String(login.data["access_token"]);
  }

  async makeKey(): Promise<void> {
    const made = await this.#post("/user/api-keys", { name: "Studio" });
    expectStatus(201, made);
    this.#around.accepted.add({ what: "key", id: String(made.data["id"]) });
    this.#key = String(made.data["key"]);
    await this.#untilKeyWorks();
  }

  /** The read models may be a moment behind, after a restart more than one. */
  async #untilKeyWorks(): Promise<void> {
    for (let look = 0; look < looksMax; look += 1) {
      const { status } = await this.#call({ method: "GET", url: "/generate?limit=1" });
      if (status !== 401) return;
      await pause(lookMs);
    }
    throw new Error("A key does not work.");
  }

  async makeLoop(): Promise<void> {
    const body = { prompt: "a private thought", generation_duration: 1, seed: 1 };
    const made = await this.#post("/generate", body, { "idempotency-key": newId() });
    expectStatus(200, made);
    const id = made.headers.get("x-request-id") ?? "";
    this.#around.accepted.add({ what: "delivered", id, sha256: sha256Hex(made.bytes) });
  }

  async give(): Promise<void> {
    const body = { amount: "5.00", currency: "EUR", message: "for you", show_name: true };
    const pledged = await this.#post("/donate", body, { "idempotency-key": newId() });
    expectStatus(201, pledged);
    const pledgeId = String(pledged.data["donation_id"]);
    this.#around.accepted.add({ what: "pledged", id: pledgeId });
    await reportGift(this.#around, { pledgeId, email: this.#handles.email });
  }

  /** Whose answer was lost finds the account ended. */
  async leave(): Promise<void> {
    const { status, code } = await this.#call({ method: "DELETE", url: "/user/profile" });
    if (status !== 401) expectStatus(200, { status, code });
    this.#around.accepted.add({ what: "erased", email: this.#handles.email });
  }

  #post(
    path: string,
    body: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.#call({ method: "POST", url: path, body: JSON.stringify(body), headers });
  }

  /** Signed in by the key once there is one, as the plugin is; what is about the account by the token. */
  #call(call: Call): Promise<Answer> {
    const isByKey = /^\/(generate|donate)/.test(call.url);
    const who = isByKey ? { "x-api-key": this.#key } : { authorization: `Bearer ${this.#token}` };
    const signed = this.#token === "" ? {} : who;
    const url = `${this.#around.url}/api/v1${call.url}`;
    return callUntilAnswered({ ...call, url, headers: { ...call.headers, ...signed } });
  }
}
