import type { FastifyReply } from "fastify";

/**
 * Calls back when whoever asked is gone before the answer is out. The response shows it: the request
 * of a POST closes as soon as its body is read, whether anybody still listens or not.
 */
export function onHangUp(reply: FastifyReply, listener: () => void): void {
  if (hasHungUp(reply)) listener();
  else reply.raw.once("close", () => hasHungUp(reply) && listener());
}

export const hasHungUp = ({ raw, request }: FastifyReply): boolean =>
  (raw.destroyed || request.raw.socket.destroyed) && !raw.writableFinished;

/** Calls back once the answer is out, or whoever asked is gone: whatever was held for it is free. */
export function onClosed({ raw, request }: FastifyReply, listener: () => void): void {
  if (raw.closed || request.raw.socket.destroyed) listener();
  else raw.once("close", listener);
}
