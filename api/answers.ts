import { z } from "zod";
import type { errorCodes } from "./errorCodes.js";

/** Every JSON answer of `/api/v1` has one of these two forms. */
export const success = <Data extends z.ZodType>(data: Data) =>
  z.object({ success: z.literal(true), data });

export const failure = z.object({
  success: z.literal(false),
  error: z.object({ code: z.string(), message: z.string(), field: z.string().optional() }),
});

export const ok = <Data>(data: Data) => ({ success: true as const, data });

/** For routes whose work is their answer. */
export const done = z.object({ message: z.string() });

/** Any status from 400 on: OpenAPI and Fastify know the ranges. */
export const failures = { "4xx": failure, "5xx": failure } as const;

/** What a route answers with besides what every call can be answered: for the documentation. */
export const codes = (...codes: readonly (keyof typeof errorCodes)[]) => codes;
