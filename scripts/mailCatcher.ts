/**
 * Takes every mail that the server sends and writes it to a file, so that nothing leaves this
 * machine and the link to click is in the log.
 *
 *   node scripts/bootstrap.mjs scripts/mailCatcher.ts --port 2525 --folder .data/mail
 */

import { join, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { parseArgs } from "node:util";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import { systemClock } from "../platform/process/clock.js";
import { announceReady, closeOnSignal } from "../platform/process/lifecycle.js";
import { createLog } from "../platform/process/log.js";
import { openPrivateFolder, writePrivateFile } from "./supervisor/dataFolder.js";

const mailBytesMax = 1024 ** 2;
const subjectCharactersMax = 60;
const graceSeconds = 5;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "2525" },
    folder: { type: "string", default: ".data/mail" },
  },
});
const folder = resolve(values.folder);
const log = createLog({ name: "mailCatcher", level: "info" });

let caught = 0;

/** "2026-11-22T16-03-29.000Z-1-please-confirm-your-address.eml": in the order they came. */
function fileNameOf({ subject = "" }: Email): string {
  caught += 1; // Two mails of one millisecond are two files.
  const words = subject.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const time = systemClock.now().replaceAll(":", "-");
  return `${time}-${caught}-${words.slice(0, subjectCharactersMax)}.eml`;
}

const firstLink = ({ text, html }: Email): string | undefined =>
  /https?:\/\/[^\s"'<>]+/.exec(text ?? html ?? "")?.[0];

async function keep(raw: Buffer): Promise<void> {
  const mail = await PostalMime.parse(raw);
  const file = join(folder, fileNameOf(mail));
  writePrivateFile(file, readable(mail));
  const to = mail.to?.map(({ address }) => address);
  log.info({ to, subject: mail.subject, link: firstLink(mail), file }, "mail caught");
}

/** The mail as a person reads it: a link that is encoded and wrapped can't be followed. */
function readable({ headers, text, html }: Email): string {
  const shown = headers.filter(({ key }) => !key.startsWith("content-") && key !== "mime-version");
  const lines = shown.map(({ originalKey, value }) => `${originalKey}: ${value}`);
  const type = `Content-Type: text/${text === undefined ? "html" : "plain"}; charset=utf-8`;
  const head = [...lines, "MIME-Version: 1.0", type, "Content-Transfer-Encoding: 8bit"];
  return `${head.join("\n")}\n\n${text ?? html ?? ""}`;
}

function refuseTooLarge(): never {
  throw new Error(`A mail may have at most ${mailBytesMax} bytes.`);
}

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"], // It never leaves this machine, and there is no certificate.
  size: mailBytesMax,
  logger: false,
  onData: (stream, _session, answer) => {
    buffer(stream)
      .then((raw) => (stream.sizeExceeded ? refuseTooLarge() : keep(raw)))
      .then(() => answer(), answer);
  },
});
server.on("error", (error) => log.error({ err: error }, "mail catcher failed"));

openPrivateFolder(folder);
server.listen(Number(values.port), "127.0.0.1", () => announceReady(log));
closeOnSignal([{ close: () => new Promise<void>((closed) => server.close(closed)) }], {
  graceSeconds,
  log,
});
