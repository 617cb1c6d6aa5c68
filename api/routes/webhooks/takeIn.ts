import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { receiveWebhook } from "../../../commands/webhook/receive.js";
import type { WebhookProvider } from "../../../domain/webhook/events.js";
import { sha256Hex } from "../../../platform/ids.js";
import { parseJson } from "../../../platform/parseJson.js";
import {
  refusalSentences,
  type SignatureRefusal,
} from "../../../platform/payments/signatureRefusal.js";
import { sealedTextBytesMax } from "../../../platform/vault/sealing.js";
import { codes, failures, ok, success } from "../../answers.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { readWithinBudget } from "../../traffic/readWithinBudget.js";
import { createLine } from "./line.js";

/** As much as fits, sealed, into one event; no provider sends a tenth of it. */
const webhookBytesMax = sealedTextBytesMax;

/** Signatures are over the bytes as they came: nothing may read them before they are checked. */
export function takeRawBodies(app: FastifyInstance, deps: AppDependencies): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", async (request: FastifyRequest) =>
    readWithinBudget(deps, request, webhookBytesMax),
  );
}

export const bytesOf = ({ body }: FastifyRequest): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.alloc(0);

export const webhookConfig = { limit: "webhook" } as const;

export const webhookSchema = (summary: string) => ({
  tags: ["webhooks"],
  summary,
  errors: codes("INVALID_SIGNATURE", "WEBHOOK_NOT_CONFIGURED"),
  bodies: { "application/json": "json" } as const,
  response: { 200: success(z.object({ received: z.literal(true) })), ...failures },
});

export const notConfigured = (): ApiError =>
  new ApiError("WEBHOOK_NOT_CONFIGURED", "This server has no secret for this provider yet.", {
    retryAfterSeconds: 3600,
  });

/** Why is told to the log and to nobody else: what is not proved is not kept. */
export function badSignature(
  deps: Pick<AppDependencies, "log" | "countBadSignature" | "refusals">,
  provider: WebhookProvider,
  refusal: SignatureRefusal,
): ApiError {
  deps.countBadSignature(provider);
  const about = { provider, refusal, why: refusalSentences[refusal] };
  deps.refusals.ofWebhook(provider, refusal, () =>
    deps.log.warn(about, "a webhook was refused for its signature"),
  );
  return new ApiError("INVALID_SIGNATURE", "The signature does not match the body, or is too old.");
}

/**
 * Runs before the body is read. What is told to nobody else (see badSignature) costs no more than
 * its headers where those show it. @throws ApiError WEBHOOK_NOT_CONFIGURED, INVALID_SIGNATURE
 */
export const refuseUnsigned =
  (
    deps: AppDependencies,
    provider: WebhookProvider,
    {
      isConfigured,
      headers,
    }: { readonly isConfigured: boolean; readonly headers: readonly string[] },
  ) =>
  async (request: FastifyRequest): Promise<void> => {
    if (!isConfigured) throw notConfigured();
    if (headers.some((name) => headerOf(request, name) === "")) {
      throw badSignature(deps, provider, "missing");
    }
  };

export interface Delivery {
  readonly provider: WebhookProvider;
  /** The provider's own id; what has none that can be used goes by its bytes. */
  readonly deliveryId: unknown;
  readonly topic: unknown;
}

const deliveryIdSchema = z.string().regex(/^[\w-]{1,255}$/);
const topicSchema = z.string().max(200);
const objectSchema = z.record(z.string(), z.unknown());

/** One for all providers. */
const inLine = createLine();

/** Answers only when it is written down: until then the provider has to send it again. */
export async function takeIn(
  deps: AppDependencies,
  request: FastifyRequest,
  { provider, ...named }: Delivery,
) {
  const body = bytesOf(request);
  const deliveryId = deliveryIdSchema.safeParse(named.deliveryId).data ?? sha256Hex(body);
  const topic = topicSchema.safeParse(named.topic).data ?? "unknown";
  const delivery = { provider, deliveryId, topic, body };
  const context = { at: deps.clock.now(), correlationId: request.id };
  await inLine(() => receiveWebhook(deps.ledger, delivery, context));
  return ok({ received: true as const });
}

/** Empty for what is no JSON object: it is taken in all the same, and ignored when it is read. */
export function jsonOf(body: Buffer): Readonly<Record<string, unknown>> {
  return objectSchema.safeParse(parseJson(body.toString())).data ?? {};
}

/** One value of a header; empty when it is missing. */
export function headerOf({ headers }: FastifyRequest, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}
