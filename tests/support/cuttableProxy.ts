import { createConnection, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { reservePort } from "../../scripts/supervisor/reservePort.js";

/** A network between two parts that can be cut: nothing arrives any more, and nobody is told. */
export interface CuttableProxy {
  readonly port: number;
  cut(): void;
  mend(): void;
  /** The connections of now are dead for ever, and nobody is told; new ones work. */
  lose(): void;
}

/** Forwards to a port of this machine. What was sent or closed during a cut arrives after it. */
export async function startCuttableProxy(targetPort: number): Promise<CuttableProxy> {
  const lines = new Set<Line>();
  let isCut = false;
  const server = createServer((near) => {
    const far = createConnection({ host: "127.0.0.1", port: targetPort });
    const line = new Line(near, far);
    lines.add(line);
    near.on("close", () => lines.delete(line));
    if (isCut) line.cut();
  });
  const port = await reservePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    for (const line of lines) line.end();
  });
  return {
    port,
    cut() {
      isCut = true;
      for (const line of lines) line.cut();
    },
    mend() {
      isCut = false;
      for (const line of lines) line.mend();
    },
    lose() {
      for (const line of lines) line.cut();
    },
  };
}

class Line {
  readonly #ends: readonly [Socket, Socket];
  #isCut = false;
  #isOver = false;

  constructor(near: Socket, far: Socket) {
    this.#ends = [near, far];
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on("data", (bytes) => void other.write(bytes));
      one.on("error", () => undefined);
      one.on("close", () => this.#over());
    }
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#ends) socket.pause();
  }

  mend(): void {
    this.#isCut = false;
    if (this.#isOver) this.end();
    else for (const socket of this.#ends) socket.resume();
  }

  end(): void {
    for (const socket of this.#ends) socket.destroy();
  }

  #over(): void {
    this.#isOver = true;
    if (!this.#isCut) this.end();
  }
}
