import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { z } from "zod";

const script = `
import { monitorEventLoopDelay } from "node:perf_hooks";
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
process.stdin.on("data", () => {
  const [p90, p99] = [90, 99].map((share) => delay.percentile(share) / 1e6);
  console.log(JSON.stringify({ p90, p99, max: delay.max / 1e6 }));
  delay.reset();
});
`;

const delaysSchema = z.object({ p90: z.number(), p99: z.number(), max: z.number() });
/** In ms: what so many of a hundred turns of the event loop stay below, and the longest. */
export type Delays = z.infer<typeof delaysSchema>;

/**
 * A process that does nothing. What it is late by is what the machine's other work costs any process, so
 * whoever judges delays has something to compare them with.
 */
export function startIdleProcess() {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
  const lines = createInterface(child.stdout);
  return {
    /** Since this was asked last. */
    async delays(): Promise<Delays> {
      const said = once(lines, "line");
      child.stdin.write("\n");
      const [line] = await said;
      return delaysSchema.parse(JSON.parse(String(line)));
    },
    stop: (): void => {
      child.stdin.end();
    },
  };
}
