import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { expect, it } from "vitest";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { answerOfOtherUser, canBeOtherUser } from "../support/otherUser.js";
import { temporaryFolder } from "../support/temporaryFolder.js";
import { runScript } from "../support/terminal.js";

async function startCatcher(folder: string) {
  const port = await reservePort();
  const args = ["--port", String(port), "--folder", folder];
  const catcher = runScript("scripts/mailCatcher.ts", args, {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  await new Promise((resolve) => catcher.child.once("message", resolve));
  return { port, catcher };
}

it("each mail becomes a private file, its recipient and first link a line of the log", async () => {
  const folder = join(temporaryFolder(), "mail");
  const { port, catcher } = await startCatcher(folder);
  const link = "http://localhost:8000/verify-email?token=a-b_c=d";
  await createTransport({ host: "127.0.0.1", port }).sendMail({
    from: "noreply@example.org",
    to: "zoe@example.org",
    subject: "Zoë, bestätige / confirm ../../your address",
    text: `Grüße! Open ${link} within a day, or ${"write back ".repeat(20)}`,
  });

  const line = JSON.parse(await catcher.line(/mail caught/));
  expect(line).toMatchObject({ to: ["zoe@example.org"], link });
  const [file = "", ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  expect(file).toMatch(/^\d{4}-\d\d-\d\dT[\d.-]+Z-1-zo-best-tige-confirm-your-address\.eml$/);
  expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  const text = readFileSync(join(folder, file), "utf8");
  expect(text).toContain("zoe@example.org");
  expect(text).toContain(`Grüße! Open ${link} within a day`);

  catcher.child.kill("SIGTERM");
  expect(await catcher.ended).toBe(0);
});

/** Says what a mail server expects, whatever it answers, and prints all that it heard. */
const sendMail = `
import { connect } from "node:net";
let heard = "";
const socket = connect(Number(process.argv[1]), "127.0.0.1");
const lines = ["EHLO x", "MAIL FROM:<a@b.cd>", "RCPT TO:<e@f.gh>", "DATA", "Subject: forged",
  "", "http://forged.example/", ".", "QUIT"];
socket.on("data", (data) => { heard += data; });
socket.on("error", () => undefined).on("close", () => console.log(JSON.stringify(heard)));
socket.write(lines.map((line) => line + "\\r\\n").join(""));
`;

it.skipIf(!canBeOtherUser)("takes no mail of another user of the machine", async () => {
  const folder = join(temporaryFolder(), "mail");
  const { port, catcher } = await startCatcher(folder);
  expect(await answerOfOtherUser(sendMail, String(port))).toMatch(/^(554 Only the user .*)?$/s);
  catcher.child.kill("SIGTERM");
  expect(await catcher.ended).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});
