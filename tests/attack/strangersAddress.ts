import { newHandles, registerBody } from "../support/account.js";
import type { Installed } from "../support/installed.js";
import { type Attack, postJson, statusOf } from "./attack.js";
import { tokenMailedTo } from "./mails.js";

const theirs = "what the owner chooses now";

export const strangersAddress: Attack = {
  name: "a stranger's address",
  tries: "Registers somebody else's address and waits for its owner to confirm it.",
  async run(installed: Installed) {
    const handles = newHandles();
    const planted = registerBody(handles);
    const post = (path: string, body: unknown) => postJson(`${installed.url}/api/v1${path}`, body);
    await statusOf(post("/auth/register", planted));
    const token = await tokenMailedTo(installed, handles.email);
    if (token === undefined) return { tried: 1, broke: ["No mail came to the owner."] };
    await statusOf(post("/auth/verify-email", { token, password: theirs }));
    const { email } = handles;
    const status = await statusOf(post("/auth/login", { email, password: planted.password }));
    return { tried: 1, broke: status === 200 ? ["The planted password signs in."] : [] };
  },
};
