import type { DonationState } from "../../domain/donation/state.js";
import { type CommandContext, nextContext } from "../context.js";

/** The same words are the same entry, found again; but not after one like it was undone. */
export const contextOfEntry = (context: CommandContext, state: DonationState): CommandContext =>
  state.status === "absent" || state.undoings === 0
    ? context
    : nextContext(context, `after undoing ${state.undoings}`);
