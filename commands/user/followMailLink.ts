import type { UserCommand } from "../../domain/user/commands.js";
import { type UserState, userDecider } from "../../domain/user/decider.js";
import { mailLinkCommandId } from "../../platform/ids.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import {
  findMailToken,
  type MailTokenUse,
  revokeMailTokens,
} from "../../platform/redis/mailTokens.js";
import type { SignInDelays } from "../../platform/redis/signInDelays.js";
import { type CommandContext, contextOf, type Origin } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { isCurrentPassword } from "./currentPassword.js";

export interface FollowingLinks {
  readonly ledger: Ledger;
  readonly redis: RedisClient;
  readonly signInDelays: SignInDelays;
}

export interface MailLink<Refusal extends string> {
  readonly use: MailTokenUse;
  readonly token: string;
  /** The one that is in force once the link was followed. */
  readonly password: string;
  /** HMAC of the address block that it is followed from. */
  readonly block: string;
  /** What the link is for, or why it is not done; may be expensive. */
  decide(userId: string): Promise<UserCommand | Refusal>;
  /** What else belongs to it, also when it was followed before. */
  finish?(done: LinkDone): Promise<void>;
}

export interface LinkDone {
  readonly userId: string;
  readonly state: UserState;
  /** Undefined when the link had done this before. */
  readonly position: bigint | undefined;
  readonly context: CommandContext;
}

/**
 * What every link in a mail owes: nothing expensive is done for a token that is not good, and what is
 * refused leaves the link as it was. The link is the command: it sets one password only, and after
 * an outage it is followed again. It lets its caller sign in from here, whoever guesses at the
 * account meanwhile.
 * @throws DomainError USER_NOT_FOUND
 */
export async function followMailLink<Refusal extends string>(
  { ledger, redis, signInDelays }: FollowingLinks,
  { use, token, password, block, decide, finish }: MailLink<Refusal>,
  { at, correlationId }: Pick<Origin, "at" | "correlationId">,
): Promise<LinkDone | Refusal | "bad-link"> {
  const invited = await findMailToken(redis, use, token);
  if (invited === undefined) return "bad-link";
  const command = await decide(invited);
  if (typeof command === "string") return command;
  // Somebody else may have used it, or another one, meanwhile.
  const userId = await findMailToken(redis, use, token);
  if (userId === undefined) return "bad-link";
  const commandId = mailLinkCommandId(token);
  const context = contextOf({ commandId, actor: `user:${userId}`, at, correlationId });
  const { position, state } = await handle(ledger, userDecider, command, context);
  // The link may have done this before, for this caller, who heard no answer, or for another, also in
  // this very instance: the store takes a second append under one id for a repeated one.
  if (!(await isCurrentPassword(ledger, userId, { password, block }))) return "bad-link";
  const done = { userId, state, position, context };
  await finish?.(done);
  await signInDelays.welcome({ subject: userId, block }, at);
  // Last, so that the link is good for as long as anything is left to do.
  await revokeMailTokens(redis, userId);
  return done;
}
