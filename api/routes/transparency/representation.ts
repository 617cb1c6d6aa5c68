import type { FastifyReply, FastifyRequest } from "fastify";
import { ok } from "../../answers.js";
import { type Cell, csvOf } from "../../csv.js";

/** The same facts as JSON, and as the table that a spreadsheet takes. */
export interface Representations<Data> {
  readonly data: Data;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Link to the next page of a listing. */
  readonly next?: string | null;
}

/**
 * Whoever kept an answer asks whether it is still true (ETag, 304): a donor who hides must be gone
 * at once, so nobody may go on showing what they kept.
 */
const cacheControl = "no-cache";

export function represent<Data>(
  request: FastifyRequest,
  reply: FastifyReply,
  { data, columns, rows, next }: Representations<Data>,
) {
  reply.header("cache-control", cacheControl).header("vary", "Accept, Origin");
  if (next != null) reply.header("link", `<${next}>; rel="next"`);
  if (!wantsCsv(request)) return reply.send(ok(data));
  return reply
    .type("text/csv; charset=utf-8; header=present")
    .serializer((text: string) => text)
    .send(csvOf(columns, rows));
}

function wantsCsv(request: FastifyRequest): boolean {
  if (request.routeOptions.url?.endsWith(".csv") === true) return true;
  return request.accepts().type(["application/json", "text/csv"]) === "text/csv";
}
