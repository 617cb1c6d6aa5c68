import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../scripts/supervisor/until.js";
import type { Installed } from "../support/installed.js";

const mailMsMax = 20_000;

/** All mails to this address that were sent so far, in their order. One that is being written is none yet. */
export function mailsTo({ folder }: Installed, email: string): readonly string[] {
  const mails = join(folder, "mail");
  const names = readdirSync(mails).filter((name) => name.endsWith(".eml"));
  const texts = names.sort().map((name) => readFileSync(join(mails, name), "utf8"));
  return texts.filter((text) => text.includes(email));
}

/** The token of the link in the first mail to this address that has one. */
export async function tokenMailedTo(
  installed: Installed,
  email: string,
): Promise<string | undefined> {
  let token: string | undefined;
  const look = () => {
    const links = mailsTo(installed, email).map((text) => /token=([\w-]+)/.exec(text)?.[1]);
    token = links.find((link) => link !== undefined);
    return token !== undefined;
  };
  await until(look, { withinMs: mailMsMax });
  return token;
}
