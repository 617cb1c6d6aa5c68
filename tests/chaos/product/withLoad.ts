import { fork } from "node:child_process";
import { once } from "node:events";
import { launcher } from "../../../platform/process/launcher.js";
import type { LoadOrder } from "./load.js";
import { type ProductUnderTest, startProductUnderTest } from "./productUnderTest.js";

/** Those outside, in their own process; they do nothing until they are started. */
export interface LoadProcess {
  start(order: Pick<LoadOrder, "seed" | "file">): void;
  /** Resolves when all that they began has an end, with what got none, in words. */
  stop(): Promise<readonly string[]>;
}

export interface UsedProduct {
  readonly product: ProductUnderTest;
  readonly load: LoadProcess;
}

const stripeSecret = "whsec_of_the_chaos";

interface Work<Result> {
  readonly work: (used: UsedProduct) => Promise<Result>;
  readonly mayFillDisk: boolean;
  /** False: all that there was is kept for a look. */
  readonly isFine: (result: Result) => boolean;
  /** Tells of each step, for whoever waits. */
  readonly say: (line: string) => void;
}

/** Starts the product and those who use it, for a piece of work. */
export async function withLoad<Result>({
  work,
  mayFillDisk,
  isFine,
  say,
}: Work<Result>): Promise<Result> {
  const child = fork(launcher, ["tests/chaos/product/load.ts"], { execArgv: [] });
  let product: ProductUnderTest | undefined;
  try {
    const [stripeUrl]: string[] = await once(child, "message");
    say("starting the product …");
    const settings = {
      PAYMENTS_MODE: "test",
      STRIPE_API_KEY: "sk_test_of_the_chaos",
      STRIPE_API_BASE: stripeUrl ?? "",
      STRIPE_WEBHOOK_SECRET: stripeSecret,
    };
    product = await startProductUnderTest({ settings, mayFillDisk });
    const { installation, accounts } = product;
    const known = { url: installation.config.appUrl, stripeSecret, accounts };
    const result = await work({
      product,
      load: {
        start(order) {
          child.send({ ...known, ...order, toolEnvironment: installation.environment });
        },
        async stop() {
          child.send("stop");
          const [failures = []]: string[][] = await once(child, "message");
          return failures;
        },
      },
    });
    await product.stop();
    if (isFine(result)) product.remove();
    else say(`All that there was is kept for a look in ${product.folder}`);
    return result;
  } finally {
    child.kill("SIGKILL");
    await product?.stop();
  }
}
