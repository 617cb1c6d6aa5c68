import type { z } from "zod";
import { Refusal } from "../process/refusal.js";
import type { Environment } from "./environment.js";

/** One value of the configuration, and the variables of the environment that it is made of. */
export interface Setting<Value, Name extends string = string> {
  readonly variables: readonly Name[];
  readonly read: (environment: Environment) => Reading<Value>;
}

export type Reading<Value> = { readonly value: Value } | { readonly mistakes: readonly Mistake[] };
export interface Mistake {
  readonly variable: string;
  /** Completes the sentence that begins with the variable's name. */
  readonly message: string;
}

/** Settings under the names by which the program knows them. */
export type Settings = { readonly [field: string]: Setting<unknown> | Settings };

/** What settings are once they are read. */
export type Read<Node> =
  Node extends Setting<infer Value> ? Value : { readonly [Field in keyof Node]: Read<Node[Field]> };

/** One variable by itself. */
export function setting<const Name extends string, Schema extends z.ZodType>(
  variable: Name,
  schema: Schema,
): Setting<z.output<Schema>, Name> {
  const read = (environment: Environment): Reading<z.output<Schema>> => {
    const { data, error } = schema.safeParse(textOf(environment, variable));
    if (error === undefined) return { value: data };
    return { mistakes: error.issues.map(({ message }) => ({ variable, message })) };
  };
  return { variables: [variable], read };
}

type Parts = Readonly<Record<string, Setting<unknown>>>;
type NameOf<Part> = Part extends Setting<unknown, infer Name> ? Name : never;

/**
 * A value that several settings make together, and the rules between them: `join` may complain
 * about one of its parts, in words as in `Mistake`.
 */
export function combine<const Several extends Parts, Value>(
  parts: Several,
  join: (values: Read<Several>, complain: Complain<Several>) => Value,
): Setting<Value, NameOf<Several[keyof Several]>> {
  const variables = namesOf(parts) as NameOf<Several[keyof Several]>[];
  const read = (environment: Environment): Reading<Value> => {
    const reading = readNode(parts, environment);
    if ("mistakes" in reading) return reading;
    const mistakes: Mistake[] = [];
    const value = join(reading.value as Read<Several>, (part, message) => {
      mistakes.push({ variable: parts[part]?.variables[0] ?? "", message });
    });
    return mistakes.length > 0 ? { mistakes } : { value };
  };
  return { variables, read };
}
type Complain<Several> = (part: keyof Several, message: string) => void;

/** Every variable that the settings are made of, in their order, each once. */
export function namesOf(settings: Settings): string[] {
  const names = Object.values(settings).flatMap((node) =>
    isSetting(node) ? node.variables : namesOf(node),
  );
  return [...new Set(names)];
}

/**
 * Reads all of the settings, and refuses with one line per mistake; the values are never shown, for
 * they may be secrets. @throws Refusal
 */
export function readSettings<All extends Settings>(
  settings: All,
  environment: Environment,
): Read<All> {
  const reading = readNode(settings, environment);
  if ("value" in reading) return reading.value as Read<All>;
  const lines = reading.mistakes.map(({ variable, message }) =>
    isSet(environment, variable)
      ? `${variable} ${message}.`
      : `${variable} is not set: it ${message}.`,
  );
  const heading = "The settings are not right (.env.example describes each of them):";
  throw new Refusal([heading, ...new Set(lines)].join("\n  "));
}

/** A variable that is empty counts as not set. */
const textOf = (environment: Environment, variable: string): string | undefined =>
  environment[variable] || undefined;

export const isSet = (environment: Environment, variable: string): boolean =>
  textOf(environment, variable) !== undefined;

const isSetting = (node: Setting<unknown> | Settings): node is Setting<unknown> =>
  typeof node["read"] === "function";

function readNode(node: Settings, environment: Environment): Reading<Record<string, unknown>> {
  const readings = Object.entries(node).map(
    ([field, each]) =>
      [field, isSetting(each) ? each.read(environment) : readNode(each, environment)] as const,
  );
  const mistakes = readings.flatMap(([, reading]) =>
    "mistakes" in reading ? reading.mistakes : [],
  );
  if (mistakes.length > 0) return { mistakes };
  const values = readings.map(([field, reading]) => [
    field,
    "value" in reading ? reading.value : undefined,
  ]);
  return { value: Object.fromEntries(values) };
}
