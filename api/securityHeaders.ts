import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import helmet from "helmet";

/** Everything a page of ours needs comes from here: no foreign host, nothing inline. */
const directives = {
  defaultSrc: ["'self'"],
  baseUri: ["'none'"],
  fontSrc: ["'self'", "data:"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  imgSrc: ["'self'", "data:"],
  objectSrc: ["'none'"],
  scriptSrc: ["'self'"],
  scriptSrcAttr: ["'none'"],
  styleSrc: ["'self'"],
};

const setHeaders = helmet({ contentSecurityPolicy: { useDefaults: false, directives } });

/** What every answer bears, whoever writes it. */
export function secure(request: IncomingMessage, response: ServerResponse): void {
  setHeaders(request, response, (error) => {
    if (error !== undefined) throw error;
  });
}

/** The same, for an answer that is written to a socket as text. */
export function securityHeaders(): readonly (readonly [string, string])[] {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  secure(request, response);
  return Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]);
}
