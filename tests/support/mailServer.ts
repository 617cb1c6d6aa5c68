import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";
import { onTestFinished } from "vitest";
import { reservePort } from "../../scripts/supervisor/reservePort.js";

/** Takes every mail. `beforeAnswer` comes between taking one and saying so. */
export async function startMailServer(beforeAnswer: (mail: string) => void = () => undefined) {
  const mails: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    onData(stream, _session, done) {
      void text(stream).then((mail) => {
        mails.push(mail);
        beforeAnswer(mail);
        done();
      });
    },
  });
  const port = await reservePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const settings = { SMTP_PORT: String(port), SMTP_ENCRYPTION: "none" };
  return { mails, settings };
}

export const messageIdOf = (mail: string): string => /^Message-ID: (.*)$/im.exec(mail)?.[1] ?? "";
