import { z } from "zod";

export interface LimitedValue {
  /** Its place in what was looked at. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  readonly max: number;
}

/** A note on a schema, which parsing passes over. */
export type LimitName = "charactersMax" | "numberMax";

/** Every value in this one that has such a limit by its schema. */
export function* limitedValues(
  limit: LimitName,
  schema: unknown,
  value: unknown,
  path: LimitedValue["path"] = [],
): Generator<LimitedValue> {
  if (!holdsLimit(limit, schema)) return;
  const max = limitOf(limit, schema);
  if (typeof max === "number" && !isHolder(value)) yield { path, value, max };
  else if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    yield* limitedValues(limit, schema.unwrap(), value, path);
  } else {
    for (const [name, part, each] of partsOf(schema, value)) {
      yield* limitedValues(limit, part, each, [...path, name]);
    }
  }
}

const limitOf = (limit: LimitName, schema: unknown): unknown =>
  schema instanceof z.ZodType ? schema.meta()?.[limit] : undefined;

/** Schemas are made once and asked about for every event: most hold no limit at all. */
const asked: Readonly<Record<LimitName, WeakMap<object, boolean>>> = {
  charactersMax: new WeakMap(),
  numberMax: new WeakMap(),
};

function holdsLimit(limit: LimitName, schema: unknown): boolean {
  if (!isHolder(schema)) return false;
  const known = asked[limit].get(schema);
  if (known !== undefined) return known;
  const holds =
    limitOf(limit, schema) !== undefined || within(schema).some((each) => holdsLimit(limit, each));
  asked[limit].set(schema, holds);
  return holds;
}

function within(schema: object): readonly unknown[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return [schema.unwrap()];
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodObject) return Object.values(schema.shape);
  return schema instanceof z.ZodRecord ? [schema.valueType] : [];
}

const isHolder = (value: unknown): value is object => typeof value === "object" && value !== null;

type Part = readonly [name: string | number, schema: unknown, value: unknown];

function partsOf(schema: unknown, value: unknown): readonly Part[] {
  if (!isHolder(value)) return [];
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((each, index) => [index, schema.element, each] as const);
  }
  return Object.entries(value).map(([name, each]) => [name, schemaOf(schema, name), each] as const);
}

const schemaOf = (schema: unknown, name: string): unknown => {
  if (schema instanceof z.ZodObject) return schema.shape[name];
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
};

/** What a person calls it by: no index. */
export const fieldOf = ({ path }: Pick<LimitedValue, "path">): string =>
  String(path.findLast((part) => typeof part === "string"));
