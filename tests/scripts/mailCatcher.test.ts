import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { expect, it } from "vitest";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { temporaryFolder } from "../support/temporaryFolder.js";
import { runScript } from "../support/terminal.js";

it("each mail becomes a private file, its recipient and first link a line of the log", async () => {
  const folder = join(temporaryFolder(), "mail");
  const port = await reservePort();
  const args = ["--port", String(port), "--folder", folder];
  const catcher = runScript("scripts/mailCatcher.ts", args, {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  await new Promise((resolve) => catcher.child.once("message", resolve));

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
