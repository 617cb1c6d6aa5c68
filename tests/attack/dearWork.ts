import { newHandles, registerBody } from "../support/account.js";
import type { Installed } from "../support/installed.js";
import { type Attack, postJson, statusOf } from "./attack.js";

const count = 60;
/** Whatever a password is measured by has the most to do with one like this. */
const dear = "Tr0ub4dor&3correcthorsebatterystaple".repeat(7).slice(0, 250);

export const dearWork: Attack = {
  name: "dear work",
  tries:
    "Makes the server compute before anything is known: registrations, and sign-ins as nobody.",
  async run({ url }: Installed) {
    const register = () =>
      postJson(`${url}/api/v1/auth/register`, { ...registerBody(newHandles()), password: dear });
    const signIn = () =>
      postJson(`${url}/api/v1/auth/login`, { email: newHandles().email, password: dear });
    const asked = Array.from({ length: count }, () => [statusOf(register()), statusOf(signIn())]);
    const statuses = await Promise.all(asked.flat());
    const broke = statuses
      .filter((status) => status === 500)
      .map(() => "It was answered with 500.");
    return { tried: statuses.length, broke };
  },
};
