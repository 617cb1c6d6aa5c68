/** SQLSTATE classes: 22 is a value that a column can't hold, 23 a row that breaks a key. */
const dataClasses = /^2[23]/;

/** Values that MySQL or MariaDB refuses under its general HY000, or as a warning made an error. */
const dataCodes = new Set([
  "ER_TRUNCATED_WRONG_VALUE_FOR_FIELD",
  "WARN_DATA_TRUNCATED",
  "ER_CANNOT_CONVERT_STRING",
  "ER_INVALID_CHARACTER_STRING",
  "ER_CANT_AGGREGATE_2COLLATIONS",
  "ER_CHECK_CONSTRAINT_VIOLATED",
]);

/**
 * Did the database refuse the values themselves: too long, out of range, of another alphabet, a
 * duplicate? The same statement fails for ever then. Outages and lost locks are something else.
 */
export function isDataError(error: unknown): boolean {
  if (!(error instanceof Error) || !("sqlState" in error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return dataClasses.test(String(error.sqlState)) || dataCodes.has(code);
}
