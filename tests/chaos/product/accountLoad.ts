import { newHandles, registerBody } from "../../support/account.js";
import type { Load, LoadAccount } from "./load.js";
import { type Answer, type Call, callUntilAnswered } from "./persistentCall.js";

/** Whoever got no answer and asks again is told that the name is taken: by themselves. */
export async function register({ url, accepted }: Load): Promise<void> {
  const handles = newHandles();
  const body = JSON.stringify(registerBody(handles));
  const { status, code } = await callUntilAnswered({
    method: "POST",
    url: `${url}/api/v1/auth/register`,
    body,
  });
  if (status === 201) accepted.add({ what: "registered", email: handles.email });
  else if (code !== "USERNAME_TAKEN") {
    throw new Error(`A registration was answered with ${status} ${code}.`);
  }
}

const tokens = new Map<string, string>();

/** A key is made and revoked again; one whose answer was lost is found in the list. */
export async function issueAndRevokeKey(load: Load): Promise<void> {
  const { accepted } = load;
  const made = await asUser(load, "POST", "", JSON.stringify({ name: "Studio" }));
  if (made.code === "API_KEY_LIMIT_REACHED") return revokeAll(load);
  if (made.status !== 201) throw new Error(`A key was answered with ${made.status} ${made.code}.`);
  const id = String(made.data["id"]);
  accepted.add({ what: "key", id });
  await revoke(load, id);
}

async function revoke(load: Load, id: string): Promise<void> {
  const { status, code } = await asUser(load, "DELETE", `/${id}`);
  // Revoked before, by a call whose answer was lost.
  if (status !== 200 && code !== "API_KEY_NOT_FOUND") {
    throw new Error(`A revocation was answered with ${status} ${code}.`);
  }
  load.accepted.add({ what: "revoked", id });
}

/** All but the one that makes loops. */
async function revokeAll(load: Load): Promise<void> {
  const { bytes } = await asUser(load, "GET", "");
  const { data = [] }: { data?: { id: string; name: string }[] } = JSON.parse(bytes.toString());
  for (const { id, name } of data) if (name === "Studio") await revoke(load, id);
}

/** Signs in once, and again when the sessions are lost or the last sign-in is too long ago. */
async function asUser(
  load: Load,
  method: Call["method"],
  path: string,
  body?: string,
): Promise<Answer> {
  for (let attempt = 0; ; attempt += 1) {
    const token = tokens.get(load.account.email) ?? (await signIn(load.url, load.account));
    tokens.set(load.account.email, token);
    const answer = await callUntilAnswered({
      method,
      url: `${load.url}/api/v1/user/api-keys${path}`,
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body }),
    });
    const isSignedIn = answer.status !== 401 && answer.code !== "SIGN_IN_AGAIN";
    if (isSignedIn || attempt > 2) return answer;
    tokens.delete(load.account.email);
  }
}

async function signIn(url: string, { email, password }: LoadAccount): Promise<string> {
  const answer = await callUntilAnswered({
    method: "POST",
    url: `${url}/api/v1/auth/login`,
    body: JSON.stringify({ email, password }),
  });
  if (answer.status !== 200) throw new Error(`Signing in: ${answer.status} ${answer.code}.`);
  return String(answer.data["access_token"]);
}
