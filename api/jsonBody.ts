import type { FastifyInstance, FastifyRequest } from "fastify";
import { parseJson } from "../platform/parseJson.js";
import { ApiError } from "./errorCodes.js";
import { refuseUnwieldy } from "./measureJson.js";
import { type ReadingDeps, readWithinBudget } from "./traffic/readWithinBudget.js";

const charsetForm = /;\s*charset\s*=\s*"?([^\s;"]*)/i;
const charsetsTaken = /^(utf-?8|us-ascii)$/i;
/** Half of a character: a text with one can't be encoded, hashed or stored as it is. */
const halfCharacter = /\p{Surrogate}/u;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** JSON is the only body that a route takes, unless it says otherwise. */
export function takeJsonBodies(app: FastifyInstance, deps: ReadingDeps): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", async (request: FastifyRequest) => {
    const body = await readWithinBudget(deps, request, request.routeOptions.bodyLimit);
    return readJson(request.headers["content-type"] ?? "", body);
  });
}

/** @throws ApiError MALFORMED_JSON, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE */
function readJson(contentType: string, body: Buffer): unknown {
  const [, charset = "utf-8"] = charsetForm.exec(contentType) ?? [];
  if (!charsetsTaken.test(charset)) {
    throw new ApiError("UNSUPPORTED_MEDIA_TYPE", "Send JSON in UTF-8.");
  }
  refuseUnwieldy(body);
  const text = decode(body);
  const value = text === undefined ? undefined : parseJson(text);
  if (value === undefined) throw new ApiError("MALFORMED_JSON", "The body is not valid JSON.");
  refuseUnusable(value);
  return value;
}

function decode(body: Buffer): string | undefined {
  try {
    return utf8.decode(body);
  } catch {
    return undefined;
  }
}

/** @throws ApiError MALFORMED_JSON */
function refuseUnusable(value: unknown): void {
  if (typeof value === "string" && halfCharacter.test(value)) {
    throw new ApiError("MALFORMED_JSON", "A text in the body has half of a surrogate pair.");
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, each] of Object.entries(value)) {
    if (name === "__proto__") {
      throw new ApiError("MALFORMED_JSON", "A field has a name that no field can have.");
    }
    if (!Array.isArray(value)) refuseUnusable(name);
    refuseUnusable(each);
  }
}
