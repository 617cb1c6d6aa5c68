import { type EndingSessions, endOldSessions } from "../commands/user/endOldSessions.js";
import { type ProcessManager, processManager } from "./processManager.js";

/** A new password: whoever signed in with an older one is out, also if the request that set it died. */
export const endSessions = (deps: EndingSessions): ProcessManager =>
  processManager({
    name: "end-sessions",
    coveredBy: { PasswordChanged: "sweep sessions" },
    react: ({ event }) => endOldSessions(deps, event.data.private.userId),
  });
