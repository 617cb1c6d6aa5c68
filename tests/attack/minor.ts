import type { Installed } from "../support/installed.js";
import { sendRaw } from "../support/rawHttp.js";
import { type Attack, fromSomewhere } from "./attack.js";

const mark = "echoed-by-nobody";
const nonsense: Readonly<Record<string, string>> = {
  "a bad URL": `GET /%${mark} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  "a bad version": `GET /${mark} HTTP/9.9\r\nHost: x\r\n\r\n`,
  "a header without a name": `GET / HTTP/1.1\r\nHost: x\r\n: ${mark}\r\n\r\n`,
  "headers without end": `GET / HTTP/1.1\r\nHost: x\r\nX: ${mark.repeat(4_000)}\r\n\r\n`,
  "a way out of the documents":
    "GET /docs/static/%2e%2e/%2e%2e/package.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
};

export const minor: Attack = {
  name: "minor, whole kinds",
  tries: "Answers outside the contract, caches of what is private, policies, and open streams.",
  async run(installed: Installed) {
    const broke: string[] = [];
    for (const [what, bytes] of Object.entries(nonsense)) {
      const { status, text } = await sendRaw(installed.url, bytes);
      if (status < 400 || status >= 500) broke.push(`To ${what} it answers ${status}.`);
      if (text.includes(mark)) broke.push(`${what} is echoed.`);
    }
    broke.push(...(await privateAnswers(installed)), ...(await foreignHosts(installed)));
    return { tried: Object.keys(nonsense).length + 4, broke };
  },
};

async function privateAnswers(installed: Installed): Promise<string[]> {
  const { apiKey } = await installed.makePerson();
  const headers = { authorization: `bearer ${apiKey}`, ...fromSomewhere() };
  const usage = await fetch(`${installed.url}/api/v1/user/usage`, { headers });
  await usage.arrayBuffer();
  return [
    ...(usage.status === 200 ? [] : [`"bearer" in lower case is answered with ${usage.status}.`]),
    ...(usage.headers.get("cache-control") === "no-store" ? [] : ["What is private may be kept."]),
  ];
}

/** No page may load anything from elsewhere. */
async function foreignHosts({ url }: Installed): Promise<string[]> {
  const pages = ["/", "/docs", "/verify-email?token=x"];
  const found = pages.map(async (page) => {
    const answer = await fetch(url + page);
    await answer.arrayBuffer();
    const policy = answer.headers.get("content-security-policy") ?? "";
    const isBroken = policy === "" || /https?:|\*/.test(policy);
    return isBroken ? [`${page} may load from elsewhere.`] : [];
  });
  return (await Promise.all(found)).flat();
}
