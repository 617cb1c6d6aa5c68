import { bandStyles } from "./band.js";
import { bassStyles } from "./bass.js";
import { calmStyles } from "./calm.js";
import { clubStyles } from "./club.js";
import type { Style } from "./style.js";

/** Every style there is. Add one to the file it belongs to, and it is here. */
export const styles: readonly Style[] = [
  ...clubStyles,
  ...bassStyles,
  ...bandStyles,
  ...calmStyles,
];
