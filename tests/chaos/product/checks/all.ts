import type { Accepted } from "../accepted.js";
import type { Picture } from "../picture.js";
import { checkAccounts, checkErasures } from "./accounts.js";
import type { Finding } from "./finding.js";
import {
  checkAudio,
  checkContributions,
  checkGenerations,
  checkLine,
  checkUsage,
} from "./generations.js";
import { checkMails } from "./mails.js";
import { checkBalances, checkMoney } from "./money.js";

/** Everything that must agree when nothing is left to do. */
export const checkAll = (picture: Picture, accepted: readonly Accepted[]): Finding[] => [
  ...checkGenerations(picture, accepted),
  ...checkAudio(picture),
  ...checkContributions(picture),
  ...checkUsage(picture),
  ...checkLine(picture),
  ...checkAccounts(picture, accepted),
  ...checkErasures(picture),
  ...checkMoney(picture, accepted),
  ...checkBalances(picture, accepted),
  ...checkMails(picture),
];
