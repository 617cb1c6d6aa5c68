import { z } from "zod";
import { eventsByCategory } from "../domain/ledger.js";

/** Files of docs/events, by name: the JSON Schema of each type of event, and a table of them all. */
export function eventCatalogue(): ReadonlyMap<string, string> {
  const files = new Map([["README.md", table()]]);
  for (const definition of Object.values(eventsByCategory).flat()) {
    const { type, about, schemaVersion, schema } = definition;
    const { data } = schema.shape;
    const document = {
      title: type,
      description: about,
      "x-schemaVersion": schemaVersion,
      ...z.toJSONSchema(data, { io: "input" }),
    };
    files.set(`${type}.json`, `${JSON.stringify(document, null, 2)}\n`);
  }
  return files;
}

const head = `# Events

Every type of event there is, made from its schema by \`npm run docs:events\`. What is **public** may be
shown to everybody for ever; **private** is for the server; **sealed** is about a person and encrypted
under a key of theirs. Stored events never change: fields are added, never renamed or removed.
`;

function table(): string {
  const sections = Object.entries(eventsByCategory).map(([category, definitions]) => {
    const rows = definitions.map(({ type, about, schema }) => {
      const { shape } = schema.shape.data;
      const part = (name: "public" | "private" | "sealed") =>
        Object.keys(shape[name].shape).join(", ") || "–";
      const cells = [`[${type}](${type}.json)`, about, part("public"), part("private")];
      return `| ${[...cells, part("sealed")].join(" | ")} |`;
    });
    const columns =
      "| type | what it says | public | private | sealed |\n| --- | --- | --- | --- | --- |";
    return `## ${category}\n\n${columns}\n${rows.join("\n")}\n`;
  });
  return [head, ...sections].join("\n");
}
