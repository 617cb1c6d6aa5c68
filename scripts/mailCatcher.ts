/**
 * Takes every mail that the server sends and writes it to a file, so that nothing leaves this
 * machine and the link to click is in the log. Where the system says who connects, nobody but our
 * own user can send one: another could put links of its own there, or fill the disk.
 *
 *   node scripts/bootstrap.mjs scripts/mailCatcher.ts --port 2525 --folder .data/mail
 */

import { createServer, type Socket } from "node:net";
import { join, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { parseArgs } from "node:util";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import { areUsersKnown } from "../eventstore/access/ownPeers.js";
import { ownUserGate } from "../eventstore/access/ownUserGate.js";
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
const place = { address: "127.0.0.1", port: Number(values.port) } as const;
const letIn = (socket: Socket): void => void server.server.emit("connection", socket);
const turnAway = (socket: Socket): void => {
  socket.end("554 Only the user that runs it may send mails here.\r\n");
};
const wayIn = (await areUsersKnown()) ? ownUserGate(place, { letIn, turnAway }) : letIn;
const listener = createServer({ pauseOnConnect: true }, wayIn);
listener.listen(place.port, place.address, () => announceReady(log));
closeOnSignal(
  [
    { close: () => void listener.close() },
    { close: () => new Promise<void>((closed) => server.close(() => closed())) },
  ],
  { graceSeconds, log },
);
