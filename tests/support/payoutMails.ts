import type { Mail } from "../../platform/mailer.js";
import { until } from "./payments.js";
import type { TestServer } from "./server.js";

/** Waits for mails to this address, and reads the links in them; each is there once. */
export function payoutMailsOf(server: TestServer) {
  const kept: Mail[] = [];
  return {
    kept,
    /** The token of the newest link of that kind in a mail to this address. */
    link: (path: string, to: string): Promise<string> =>
      until(async () => {
        kept.push(...(await server.sendMails()));
        const index = kept.findLastIndex(
          (mail) => mail.to === to && mail.text.includes(`/${path}?`),
        );
        const [mail] = index < 0 ? [] : kept.splice(index, 1);
        const [, token] = new RegExp(`/${path}\\?token=([\\w-]+)`).exec(mail?.text ?? "") ?? [];
        return token;
      }),
  };
}

/** Presses the button on the page that a link leads to. */
export async function press(
  { url }: Pick<TestServer, "url">,
  path: string,
  token: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const body = new URLSearchParams({ token });
  const response = await fetch(`${url}/${path}`, { method: "POST", body });
  return { status: response.status, text: await response.text() };
}
