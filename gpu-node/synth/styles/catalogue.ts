import { bandStyles } from "./band.js";
import { bassStyles } from "./bass.js";
import { calmStyles } from "./calm.js";
import { clubStyles } from "./club.js";
import { jazzStyles } from "./jazz.js";
import { latinStyles } from "./latin.js";
import { rootsStyles } from "./roots.js";
import type { Style } from "./style.js";

/** Those that a prompt which names none may get: what is made with a plugin more than with a band. */
export const usualStyles: readonly Style[] = [
  ...clubStyles,
  ...bassStyles,
  ...bandStyles,
  ...calmStyles,
];

/** Every style there is. Add one to the file it belongs to, and it is here. */
export const styles: readonly Style[] = [
  ...usualStyles,
  ...jazzStyles,
  ...latinStyles,
  ...rootsStyles,
];
