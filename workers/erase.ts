import { type FinishingErasures, finishErasure } from "../commands/user/finishErasure.js";
import { type ProcessManager, processManager } from "./processManager.js";

/** An account that ended: keys destroyed, handles free again, nobody signed in any more. */
export const erase = (deps: FinishingErasures): ProcessManager =>
  processManager({
    name: "erase",
    coveredBy: { UserErased: "sweep erasures" },
    react: ({ event }) => finishErasure(deps, event.data.private),
  });
