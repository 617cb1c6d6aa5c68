import { readFileSync } from "node:fs";
import type { StoredForm } from "../../domain/log/rest.js";

/** The stored example of a type, in one version, as it would lie in the ledger. */
export function storedExample(type: string, version: number): StoredForm {
  const file = new URL(`../fixtures/events/${type}.v${version}.json`, import.meta.url);
  return {
    type,
    stream: `example-${type}`,
    data: JSON.parse(readFileSync(file, "utf8")),
    metadata: {
      $correlationId: "00000000-0000-4000-8000-00000000c0de",
      $causationId: "00000000-0000-4000-8000-00000000cafe",
      actor: "scheduler",
      schemaVersion: version,
    },
  };
}
