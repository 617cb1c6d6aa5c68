import { answerBytes, bodyBytes } from "../../domain/limits.js";
import { ByteBudget } from "./byteBudget.js";

/** What this process holds for others at a time. */
export interface Traffic {
  /** Bodies that are being read. Uploads of nodes have places of their own. */
  readonly bodies: ByteBudget;
  /** Answers that nobody has read yet. */
  readonly answers: ByteBudget;
}

export const createTraffic = (): Traffic => ({
  bodies: new ByteBudget(bodyBytes),
  answers: new ByteBudget(answerBytes),
});
