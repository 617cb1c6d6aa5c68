import { createTransport } from "nodemailer";
import type { Config } from "./config/config.js";

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Fixed per order, so that a mail server can drop a second copy. */
  readonly messageId: string;
}

export interface Mailer {
  /** Rejects when the server did not take it. */
  send(mail: Mail): Promise<void>;
  close(): void;
}

const timeoutMs = 15_000;

export function createMailer({ mail }: Pick<Config, "mail">): Mailer {
  const { host, port, username, password, encryption, fromEmail, fromName } = mail;
  const transport = createTransport({
    host,
    port,
    secure: encryption === "ssl",
    requireTLS: encryption === "tls",
    ignoreTLS: encryption === "none",
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...(username !== undefined && { auth: { user: username, pass: password ?? "" } }),
  });
  return {
    async send({ to, subject, text, messageId }) {
      const from = { name: fromName, address: fromEmail };
      await transport.sendMail({ from, to, subject, text, messageId });
    },
    close: () => transport.close(),
  };
}
