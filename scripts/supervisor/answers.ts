import { connect } from "node:net";

const answerMsMax = 2_000;

/**
 * Whether a server on loopback answers as it should to what is said to it, or by itself. Its client's
 * library would say the same, and take ten times as long to load as the server to start.
 */
export function answers(port: number, said: string, expected: RegExp): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const end = (isRight: boolean): void => {
      socket.destroy();
      resolve(isRight);
    };
    let answer = "";
    socket.setTimeout(answerMsMax, () => end(false));
    socket.on("connect", () => socket.write(said));
    socket.on("data", (data) => {
      answer += data.toString("latin1");
      if (expected.test(answer)) end(true);
    });
    socket.on("error", () => end(false));
    socket.on("close", () => end(false));
  });
}
