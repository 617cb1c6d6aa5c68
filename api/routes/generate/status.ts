import { z } from "zod";
import { openUnderstood } from "../../../commands/generation/openUnderstood.js";
import type { GenerationEnded } from "../../../domain/generation/events.js";
import type { RequestedGeneration } from "../../../domain/generation/state.js";
import { findLease } from "../../../platform/redis/leases.js";
import type { AppDependencies } from "../../dependencies.js";

export const statusSchema = z.enum(["queued", "processing", "completed", "failed", "cancelled"]);

export const statusAnswer = z.object({
  request_id: z.uuid(),
  status: statusSchema,
  requested_at: z.string(),
  expires_at: z.string(),
  /** While queued: place in line, 1 is next; and seconds until it should be done. */
  position: z.int().optional(),
  eta_seconds: z.int().optional(),
  /** While processing: 0 to 1, as the node says. */
  progress: z.number().optional(),
  /** Once failed: why. */
  reason: z.string().optional(),
  /** Once completed. */
  certificate: z.string().optional(),
  sha256: z.string().optional(),
  /** As in the header X-Understood. */
  understood: z.string().optional(),
});
export type Status = z.infer<typeof statusAnswer>;

export async function statusOf(deps: AppDependencies, state: RequestedGeneration): Promise<Status> {
  const { request } = state;
  const { generationId: request_id, at: requested_at, expiresAt } = request.data.private;
  const about = { request_id, requested_at, expires_at: expiresAt };
  if (state.status === "closed") {
    const understood = await openUnderstood(deps.ledger, state.end);
    return { ...about, ...ending(state.end), ...(understood !== undefined && { understood }) };
  }
  if (state.current === undefined) {
    return { ...about, status: "queued", ...(await deps.placeInLine(request.data.private)) };
  }
  const lease = await findLease(deps.redis, state.current.leaseId);
  return { ...about, status: "processing", progress: lease?.progress ?? 0 };
}

type Ending = Pick<Status, "status" | "reason" | "certificate" | "sha256">;

function ending({ type, data }: GenerationEnded): Ending {
  switch (type) {
    case "GenerationCompleted": {
      const { certificate, sha256 } = data.private;
      return { status: "completed", certificate, sha256 };
    }
    case "GenerationCancelled":
      return { status: "cancelled" };
    case "GenerationExpired":
      return { status: "failed", reason: "timeout" };
    case "GenerationRejected":
      return { status: "failed", reason: "bad-audio" };
    case "GenerationFailed":
      return { status: "failed", reason: data.private.reason };
  }
}
