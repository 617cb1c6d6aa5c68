import { type ForgettingUsers, forgetUser } from "../commands/user/forgetUser.js";
import { type ProcessManager, processManager } from "./processManager.js";

/** An account that ended: keys destroyed, handles free again, nobody signed in any more. */
export const erase = (deps: ForgettingUsers): ProcessManager =>
  processManager({
    name: "erase",
    handles: ["UserErased"],
    react: ({ event }) => forgetUser(deps, event.data.private),
  });
