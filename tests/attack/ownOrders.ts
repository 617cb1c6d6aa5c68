import { openLedger } from "../../commands/openLedger.js";
import { generationStream } from "../../domain/generation/events.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import type { Installed } from "../support/installed.js";
import { joinNode, type TestNode } from "../support/testNode.js";
import { type Attack, fromSomewhere, order } from "./attack.js";

/** Where the attacker's node and its owner are; they speak through no proxy. */
const home = {};
/** What others left in line comes first. */
const jobsMax = 24;

export const ownOrders: Attack = {
  name: "orders of one's own",
  tries: "Orders work from one's own node, by another account but from the same house.",
  async run(installed: Installed) {
    const { apiKey: key } = await installed.makePerson();
    const node = await joinNode(installed);
    const { store, close } = await openLedger(installed.config);
    const ownWorkOf = async (from: Readonly<Record<string, string>>) => {
      const id = await order(installed, key, { generation_duration: 1 }, from);
      if (id === undefined) throw new Error("The order was not taken.");
      return make(store, node, id);
    };
    try {
      const broke = [
        ...((await ownWorkOf(home)) === undefined ? ["What the owner ordered is not known."] : []),
        ...((await ownWorkOf(fromSomewhere())) === undefined
          ? []
          : ["What somebody else ordered is taken for the owner's."]),
      ];
      return { tried: 2, broke };
    } finally {
      await close();
    }
  },
};

/** Works until this is done, and tells what is known of who asked for it. */
async function make(store: EventStore, node: TestNode, id: string) {
  for (let job = 0; job < jobsMax; job += 1) {
    await node.handIn(await node.lease());
    const { events } = await store.read(generationStream(id));
    const completed = firstOf(events, "GenerationCompleted");
    if (completed !== undefined) return completed.event.data.private.ownWork;
  }
  throw new Error("It was not made by the attacker's node.");
}
