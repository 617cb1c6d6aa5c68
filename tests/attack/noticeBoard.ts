import type { Installed } from "../support/installed.js";
import { joinNode } from "../support/testNode.js";
import type { Attack } from "./attack.js";

const advertisement = "buy-at-example-dot-com";
const publicPaths = [
  ...["/api/v1/workers/status", "/api/v1/transparency/current", "/api/v1/transparency/stats"],
  ...["/api/v1/transparency/months", "/", "/health/ready"],
];

export const noticeBoard: Attack = {
  name: "notice board",
  tries:
    "Registers a node whose engine, version and GPU are an advertisement, and reads what all see.",
  async run(installed: Installed) {
    const about = { engine: advertisement, software_version: advertisement };
    const gpu_info = { name: advertisement, memory_mb: 1 } as never;
    await joinNode(installed, { ...about, gpu_info }).catch(() => undefined);
    const texts = publicPaths.map(async (path) => {
      const text = await (await fetch(installed.url + path)).text();
      return text.includes(advertisement) ? [`${path} shows it.`] : [];
    });
    return { tried: publicPaths.length, broke: (await Promise.all(texts)).flat() };
  },
};
