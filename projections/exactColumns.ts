import { donationStream, externalIdCharactersMax } from "../domain/donation/events.js";
import { providers } from "../domain/money/accounts.js";

/** In UTF-8. */
const bytesPerCharacterMax = 4;

/**
 * The column of a text that others made, and that rows are found by: it compares bytes. MySQL takes
 * texts that differ by a blank at their end for equal in most collations of its own and of MariaDB,
 * and both know no other that does not. It is text on the way out (`platform/mysql/database.ts`).
 */
export const exactColumn = (charactersMax: number): string =>
  `VARBINARY(${charactersMax * bytesPerCharacterMax})`;

export const externalIdColumn = `${exactColumn(externalIdCharactersMax)} NOT NULL`;
export const moneyKeyColumn = exactColumn(600);

const prefixLengths = providers.map((provider) => donationStream(provider, "").length);

/** The name of a stream of a donation; those of all others that move money or alert are shorter. */
export const streamColumn = `VARBINARY(${
  Math.max(...prefixLengths) + externalIdCharactersMax * bytesPerCharacterMax
}) NOT NULL`;
