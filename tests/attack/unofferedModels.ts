import { call } from "../support/account.js";
import type { Installed } from "../support/installed.js";
import { joinNode } from "../support/testNode.js";
import { type Attack, fromSomewhere, order } from "./attack.js";

const own = "a-model-of-my-own";
/** On the list, and offered by nobody. */
const unoffered = "stable-audio-open-1.0";

export const unofferedModels: Attack = {
  name: "models of one's own",
  tries: "Offers a model that is on no list and orders it; hands in what it never offered.",
  async run(installed: Installed) {
    const { apiKey: key } = await installed.makePerson();
    const node = await joinNode(installed, { models: ["synth-1", own] });
    const body = { prompt: "for my own node", model: own, sample_rate: 44_100 };
    const headers = fromSomewhere();
    const steered = await call(installed, "POST", "/generate", { body, key, headers });
    await order(installed, key, { generation_duration: 1 });
    const receipt = await node.handIn(await node.lease(), unoffered).catch(() => undefined);
    const listed = await fetch(`${installed.url}/api/v1/workers/status`);
    const found: readonly [boolean, string][] = [
      [steered.headers.get("x-model") === own, "A model of one's own makes loops."],
      [steered.status !== 200, `Who names such a model is answered with ${steered.status}.`],
      [receipt !== undefined, "Audio is certified as of a model that was not offered."],
      [(await listed.text()).includes(own), "A model of one's own is shown to everybody."],
    ];
    const broke = found.filter(([isBroken]) => isBroken).map(([, sentence]) => sentence);
    return { tried: 3, broke, units: receipt?.units ?? 0 };
  },
};
