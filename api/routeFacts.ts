import type { RouteOptions } from "fastify";
import type { errorCodes } from "./errorCodes.js";

export type Code = keyof typeof errorCodes;

declare module "fastify" {
  interface FastifySchema {
    /** Codes of this route alone; what any call can be answered is known. */
    readonly errors?: readonly Code[];
    /** Bodies that a parser of its own reads, by content type: a file, or JSON of any form. */
    readonly bodies?: Readonly<Record<string, "file" | "json">>;
    /** Headers that a good answer bears, with what they say. */
    readonly answerHeaders?: Readonly<Record<string, string>>;
    /** It has the same facts as CSV, and nothing for those who have them already. */
    readonly isTable?: boolean;
  }
}

/** Whom a route asks who is calling: see `authenticate`. */
export type CallerName = "key" | "user" | "node";

const ofEveryCall: readonly Code[] = [
  "MALFORMED_REQUEST",
  "REQUEST_TIMEOUT",
  "URL_TOO_LONG",
  "UNSUPPORTED_MEDIA_TYPE",
  "EXPECTATION_FAILED",
  "RATE_LIMITED",
  "HEADERS_TOO_LARGE",
  "INTERNAL",
  "BUSY",
  "UNAVAILABLE",
];
const ofBodies: readonly Code[] = ["MALFORMED_JSON", "BODY_TOO_LARGE"];
const ofCallers: readonly Code[] = ["MISSING_CREDENTIALS", "INVALID_CREDENTIALS"];

/** What a route's own code says of it. */
export interface RouteFacts {
  readonly callers: readonly CallerName[];
  readonly codes: readonly Code[];
  readonly bodies: Readonly<Record<string, "file" | "json">>;
  readonly answerHeaders: Readonly<Record<string, string>>;
  readonly isTable: boolean;
}

export function factsOf({ method, schema = {}, onRequest }: RouteOptions): RouteFacts {
  const callers = [onRequest ?? []].flat().flatMap((hook) => callersOf(hook));
  const { errors = [], bodies = {}, answerHeaders = {}, isTable = false } = schema;
  const hasInput = [schema.body, schema.params, schema.querystring, schema.headers].some(Boolean);
  const codes = [
    ...ofEveryCall,
    ...(method === "GET" ? [] : ofBodies),
    ...(callers.length === 0 ? [] : ofCallers),
    ...(hasInput ? (["INVALID_REQUEST"] as const) : []),
    ...errors,
  ];
  return { callers, codes, bodies, answerHeaders, isTable };
}

const callersOf = (hook: object): readonly CallerName[] =>
  "callers" in hook ? (hook.callers as readonly CallerName[]) : [];
