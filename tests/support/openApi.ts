import { z } from "zod";
import { newId } from "../../platform/ids.js";

/** As much of an OpenAPI document as one needs to ask everything that it names. */
const schemaOf = z.looseObject({
  type: z.preprocess((value) => [value].flat()[0], z.string().optional()),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  default: z.unknown().optional(),
  format: z.string().optional(),
  minLength: z.number().optional(),
  minimum: z.number().optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), schemaOf).optional();
  },
  get anyOf() {
    return z.array(schemaOf).optional();
  },
  get oneOf() {
    return z.array(schemaOf).optional();
  },
});
type Schema = z.infer<typeof schemaOf>;

const operationSchema = z.object({
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.enum(["path", "query", "header"]),
        required: z.boolean().optional(),
        schema: schemaOf,
      }),
    )
    .default([]),
  requestBody: z
    .object({ content: z.record(z.string(), z.object({ schema: schemaOf.optional() })) })
    .optional(),
});
const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});

/** A question that the document allows, as far as its schemas tell. */
export interface Question {
  readonly method: string;
  /** As the document names it. */
  readonly path: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
}

/**
 * One question for each operation of the document. `files` are bodies of types that are not JSON; where
 * any text will do it is `mark`, or new each time.
 */
export function questionsOf(
  document: unknown,
  files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>,
  mark?: string,
): readonly Question[] {
  const exampleOf = (schema: Schema): unknown => exampleWith(schema, mark);
  return Object.entries(documentSchema.parse(document).paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters, requestBody }]) => {
      const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
      const headers = parameters.filter((each) => each.in === "header" && each.required === true);
      return {
        method: method.toUpperCase(),
        path,
        url: parameters.reduce(
          (url, { name, schema }) => url.replace(`{${name}}`, String(exampleOf(schema))),
          path,
        ),
        headers: {
          ...Object.fromEntries(
            headers.map(({ name, schema }) => [name, String(exampleOf(schema))]),
          ),
          ...(type !== undefined && { "content-type": type }),
        },
        body:
          type === undefined
            ? undefined
            : (files[type] ?? JSON.stringify(exampleOf(content?.schema ?? {}))),
      };
    }),
  );
}

/** The least that fits; of what is optional only numbers, such as how long to wait. Marked, all of it. */
function exampleWith(schema: Schema, mark: string | undefined): unknown {
  const exampleOf = (each: Schema): unknown => exampleWith(each, mark);
  const [first] = schema.anyOf ?? schema.oneOf ?? [];
  if (first !== undefined) return exampleOf(first);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(
            ([name, { type }]) =>
              mark !== undefined || schema.required?.includes(name) || type === "number",
          )
          .map(([name, each]) => [name, exampleOf(each)]),
      );
    case "array":
      return [];
    case "number":
    case "integer":
      return Math.max(schema.minimum ?? 1, 0);
    case "boolean":
      return true;
    default:
      return textOf(schema, mark);
  }
}

function textOf({ format, minLength = 1 }: Schema, mark = newId().slice(0, 12)): string {
  if (format === "uuid") return newId();
  if (format === "email") return `${mark}@example.org`;
  return mark.padEnd(minLength, "x");
}
