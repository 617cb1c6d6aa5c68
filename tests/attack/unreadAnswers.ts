import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { call } from "../support/account.js";
import type { Installed } from "../support/installed.js";
import { type Attack, fromSomewhere } from "./attack.js";

const clients = 80;
const holdMs = 2_000;
const idempotencyKey = "one of eighty";

export const unreadAnswers: Attack = {
  name: "unread answers",
  tries: "Has one loop replayed to as many clients by its Idempotency-Key, none of which reads it.",
  async run(installed: Installed) {
    const { apiKey: key } = await installed.makePerson();
    const body = JSON.stringify({ prompt: "a pad", sample_rate: 44_100, generation_duration: 20 });
    const headers = { "idempotency-key": idempotencyKey, ...fromSomewhere() };
    const made = await call(installed, "POST", "/generate", { body, key, headers });
    if (made.status !== 200) throw new Error(`The loop was answered with ${made.status}.`);
    const port = Number(new URL(installed.url).port);
    const sockets = Array.from({ length: clients }, () => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined).pause();
      const head = [
        ...["POST /api/v1/generate HTTP/1.1", "Host: x", "Content-Type: application/json"],
        ...[`X-API-Key: ${key}`, `Idempotency-Key: ${idempotencyKey}`],
        ...[`X-Forwarded-For: ${fromSomewhere()["x-forwarded-for"]}`],
        `Content-Length: ${body.length}`,
      ];
      socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
      return socket;
    });
    await pause(holdMs);
    for (const socket of sockets) socket.destroy();
    return { tried: clients, broke: [] };
  },
};
