import { until } from "../../scripts/supervisor/until.js";
import { mailBudgets } from "../../workers/outbox/budgets.js";
import { call, newHandles, registerBody } from "../support/account.js";
import type { Installed } from "../support/installed.js";
import { type Attack, fromSomewhere, postJson, statusOf } from "./attack.js";
import { mailsTo } from "./mails.js";

const { ordinary, passwordReset, warning } = mailBudgets;
const each = 6;
const keys = warning.mailsMax + 2;
const settledMsMax = 20_000;
type Person = Awaited<ReturnType<Installed["makePerson"]>>;

export const mailFlood: Attack = {
  name: "mail flood",
  tries:
    "Has one person mailed again and again: by links, by registrations, and by keys made for it.",
  async run(installed: Installed) {
    const { email, password } = await installed.makePerson();
    const other = await installed.makePerson();
    const post = (path: string, body: object) =>
      statusOf(postJson(`${installed.url}/api/v1/auth/${path}`, body));
    const asked = Array.from({ length: each }, () => [
      post("forgot-password", { email }),
      post("resend-verification", { email }),
      post("register", registerBody({ ...newHandles(), email })),
    ]);
    const [made] = await Promise.all([
      makeKeys(installed, { email, password }, keys),
      ...asked.flat(),
    ]);
    await untilMailedInTurn(installed, other);
    const sent = mailsTo(installed, email).length;
    // A key that was made when the person was is told of as well.
    const sentMax =
      ordinary.mailsMax + passwordReset.mailsMax + Math.min(made + 1, warning.mailsMax);
    const broke = sent > sentMax ? [`${sent} mails came in place of ${sentMax} at most.`] : [];
    return { tried: 3 * each + made, broke };
  },
};

/** Makes one, revokes it, makes the next. */
async function makeKeys(installed: Installed, login: object, count: number): Promise<number> {
  const headers = fromSomewhere();
  const signedIn = await call(installed, "POST", "/auth/login", { body: login, headers });
  const token = String(signedIn.data["access_token"]);
  let made = 0;
  for (let n = 0; n < count; n += 1) {
    const body = { name: `key ${n}` };
    const key = await call(installed, "POST", "/user/api-keys", { body, token, headers });
    if (key.status !== 201) break;
    made += 1;
    await call(installed, "DELETE", `/user/api-keys/${key.data["id"]}`, { token, headers });
  }
  return made;
}

/** Each kind goes out in the order in which it was asked for: what somebody else asks for now comes last. */
async function untilMailedInTurn(installed: Installed, other: Person): Promise<void> {
  const { email, password } = other;
  const handles = newHandles();
  const post = (path: string, body: object) =>
    statusOf(postJson(`${installed.url}/api/v1/auth/${path}`, body));
  await Promise.all([
    post("forgot-password", { email }),
    post("register", registerBody(handles)),
    makeKeys(installed, { email, password }, 1),
  ]);
  // Of its first key too.
  const came = () =>
    mailsTo(installed, email).length >= 3 && mailsTo(installed, handles.email).length >= 1;
  if (!(await until(came, { withinMs: settledMsMax }))) throw new Error("Mails stand still.");
}
