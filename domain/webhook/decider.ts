import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import type { WebhookCommand } from "./commands.js";
import { type WebhookEvent, type WebhookReceived, webhookStream } from "./events.js";

export type WebhookState =
  | { readonly status: "absent" }
  | {
      readonly status: "open";
      readonly received: WebhookReceived;
      /** What it was last held for; undefined while nobody has looked at it. */
      readonly waitsFor: string | undefined;
    }
  | { readonly status: "done"; readonly received: WebhookReceived }
  /** As `reason` says; a maintainer may reopen it. */
  | { readonly status: "ignored"; readonly received: WebhookReceived; readonly reason: string };

function evolve(state: WebhookState, event: WebhookEvent): WebhookState {
  switch (event.type) {
    case "WebhookReceived":
      return { status: "open", received: event, waitsFor: undefined };
    case "WebhookHeld":
      return state.status === "open" ? { ...state, waitsFor: event.data.private.waitsFor } : state;
    case "WebhookFoundOdd":
      return state;
    case "WebhookIgnored":
      return state.status === "open"
        ? { status: "ignored", received: state.received, reason: event.data.private.reason }
        : state;
    case "WebhookReopened":
      return state.status === "ignored"
        ? { status: "open", received: state.received, waitsFor: undefined }
        : state;
    case "WebhookBooked":
      return state.status === "open" ? { status: "done", received: state.received } : state;
  }
}

function decide(command: WebhookCommand, state: WebhookState): Draft<WebhookEvent>[] {
  if (command.type === "ReceiveWebhook") return receive(command, state);
  if (command.type === "ReopenWebhook") return reopen(command, state);
  return state.status === "open" ? decideOpen(command, state.waitsFor) : [];
}

type Receive = Extract<WebhookCommand, { type: "ReceiveWebhook" }>;

function receive(command: Receive, state: WebhookState): Draft<WebhookEvent>[] {
  if (state.status !== "absent") return [];
  const { type: _, body, ...about } = command;
  return [{ type: "WebhookReceived", public: {}, private: about, sealed: { body } }];
}

type Reopen = Extract<WebhookCommand, { type: "ReopenWebhook" }>;

function reopen({ type: _, ...about }: Reopen, state: WebhookState): Draft<WebhookEvent>[] {
  if (state.status !== "ignored") return [];
  return [{ type: "WebhookReopened", public: {}, private: about, sealed: {} }];
}

function decideOpen(
  command: Exclude<WebhookCommand, Receive | Reopen>,
  waitsFor: string | undefined,
): Draft<WebhookEvent>[] {
  const draft = { public: {}, sealed: {} };
  switch (command.type) {
    case "HoldWebhook": {
      const { type: _, ...about } = command;
      return waitsFor === about.waitsFor ? [] : [{ ...draft, type: "WebhookHeld", private: about }];
    }
    case "BookWebhook": {
      const { type: _, moneyKeys, odd = [], ...about } = command;
      const booked = { ...about, moneyKeys: [...moneyKeys] };
      const found = { ...about, odd: [...new Set(odd)] };
      return [
        ...(odd.length === 0
          ? []
          : [{ ...draft, type: "WebhookFoundOdd" as const, private: found }]),
        { ...draft, type: "WebhookBooked", private: booked },
      ];
    }
    case "IgnoreWebhook": {
      const { type: _, ...about } = command;
      return [{ ...draft, type: "WebhookIgnored", private: about }];
    }
  }
}

function opens(command: WebhookCommand): boolean {
  switch (command.type) {
    case "ReceiveWebhook":
    case "HoldWebhook":
    case "ReopenWebhook":
      return true;
    case "BookWebhook":
    case "IgnoreWebhook":
      return false;
  }
}

export const webhookDecider: Aggregate<
  Pick<WebhookCommand, "provider" | "deliveryId">,
  WebhookState,
  WebhookCommand,
  WebhookEvent
> = {
  streamOf: ({ provider, deliveryId }) => webhookStream(provider, deliveryId),
  initialState: () => ({ status: "absent" }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.webhook, opens },
};
