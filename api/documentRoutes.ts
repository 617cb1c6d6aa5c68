import { z } from "zod";
import { failure } from "./answers.js";
import { errorCodes } from "./errorCodes.js";
import type { CallerName, Code, RouteFacts } from "./routeFacts.js";

const schemes: Readonly<Record<CallerName, string>> = {
  key: "apiKey",
  user: "token",
  node: "nodeToken",
};
export const securitySchemes = {
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
  token: { type: "http", scheme: "bearer", description: "The access token of a sign-in." },
  nodeToken: { type: "http", scheme: "bearer", description: "The session token of a worker." },
} as const;

interface Response {
  description: string;
  headers?: Record<string, object>;
  content?: Record<string, object>;
}
/** As much of an operation of OpenAPI as is completed here. */
export interface Operation {
  responses?: Record<string, Response>;
  security?: Record<string, string[]>[];
  requestBody?: object;
}

const text = { type: "string" };
const header = (description: string) => ({ description, schema: text });
const ofEveryAnswer = {
  "X-Request-ID": { ...header("Names this call in our log."), required: true },
  "Cache-Control": header("`no-store`, unless the answer may be kept."),
  "X-Read-Lag": header("`1` when what is read may not show this write yet."),
};
const retryAfter = { "Retry-After": { ...header("Seconds to wait."), required: true } };

export const failureSchema = z.toJSONSchema(failure, { target: "draft-2020-12" });
const failureContent = {
  "application/json": { schema: { $ref: "#/components/schemas/Failure" } },
};

/** Says of an operation what all of them have in common, and what its route says of itself. */
export function completeOperation(operation: Operation, facts: RouteFacts): void {
  const responses = withoutRanges(operation.responses ?? {});
  for (const response of Object.values(responses)) {
    const more = Object.entries(facts.answerHeaders).map(
      ([name, about]) => [name, header(about)] as const,
    );
    response.headers = { ...ofEveryAnswer, ...Object.fromEntries(more) };
    if (facts.isTable) response.content = { ...response.content, "text/csv": { schema: text } };
  }
  if (facts.isTable) {
    responses["304"] = { description: "Nothing changed since.", headers: ofEveryAnswer };
  }
  operation.responses = { ...responses, ...failuresOf(facts.codes, responses) };
  if (facts.callers.length > 0) {
    operation.security = facts.callers.map((caller) => ({ [schemes[caller]]: [] }));
  }
  if (Object.keys(facts.bodies).length > 0) operation.requestBody = bodyOf(facts.bodies);
}

const withoutRanges = (responses: Record<string, Response>): Record<string, Response> =>
  Object.fromEntries(Object.entries(responses).filter(([status]) => !status.endsWith("XX")));

function failuresOf(
  codes: readonly Code[],
  known: Record<string, Response>,
): Record<string, Response> {
  const byStatus = new Map<number, Code[]>();
  for (const code of new Set(codes)) {
    const { status } = errorCodes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const answers = [...byStatus].map(([status, ofStatus]) => {
    const waits = status === 429 || status === 503;
    return [
      String(status),
      {
        description: ofStatus.map((code) => `\`${code}\`: ${errorCodes[code].about}`).join("\n\n"),
        headers: { ...ofEveryAnswer, ...(waits && retryAfter) },
        content: failureContent,
      },
    ] as const;
  });
  return Object.fromEntries(answers.filter(([status]) => known[status] === undefined));
}

const bodyOf = (bodies: RouteFacts["bodies"]) => ({
  required: true,
  content: Object.fromEntries(
    Object.entries(bodies).map(([type, kind]) => [
      type,
      { schema: kind === "file" ? { type: "string", format: "binary" } : { type: "object" } },
    ]),
  ),
});
