import type { Decider, Draft } from "../message.js";
import type { WebhookCommand } from "./commands.js";
import type { WebhookEvent, WebhookReceived } from "./events.js";

export type WebhookState =
  | { readonly status: "absent" }
  | {
      readonly status: "open";
      readonly received: WebhookReceived;
      /** What it was last held for; undefined while nobody has looked at it. */
      readonly waitsFor: string | undefined;
    }
  | { readonly status: "done" };

function evolve(state: WebhookState, event: WebhookEvent): WebhookState {
  if (event.type === "WebhookReceived") {
    return { status: "open", received: event, waitsFor: undefined };
  }
  if (state.status !== "open") return state;
  return event.type === "WebhookHeld"
    ? { ...state, waitsFor: event.data.private.waitsFor }
    : { status: "done" };
}

function decide(command: WebhookCommand, state: WebhookState): Draft<WebhookEvent>[] {
  if (command.type === "ReceiveWebhook") return receive(command, state);
  return state.status === "open" ? decideOpen(command, state.waitsFor) : [];
}

type Receive = Extract<WebhookCommand, { type: "ReceiveWebhook" }>;

function receive(command: Receive, state: WebhookState): Draft<WebhookEvent>[] {
  if (state.status !== "absent") return [];
  const { type: _, body, ...about } = command;
  return [{ type: "WebhookReceived", public: {}, private: about, sealed: { body } }];
}

function decideOpen(
  command: Exclude<WebhookCommand, Receive>,
  waitsFor: string | undefined,
): Draft<WebhookEvent>[] {
  const draft = { public: {}, sealed: {} };
  switch (command.type) {
    case "HoldWebhook": {
      const { type: _, ...about } = command;
      return waitsFor === about.waitsFor ? [] : [{ ...draft, type: "WebhookHeld", private: about }];
    }
    case "BookWebhook": {
      const { type: _, moneyKeys, ...about } = command;
      const told = { ...about, moneyKeys: [...moneyKeys] };
      return [{ ...draft, type: "WebhookBooked", private: told }];
    }
    case "IgnoreWebhook": {
      const { type: _, ...about } = command;
      return [{ ...draft, type: "WebhookIgnored", private: about }];
    }
  }
}

export const webhookDecider: Decider<WebhookState, WebhookCommand, WebhookEvent> = {
  initialState: { status: "absent" },
  evolve,
  decide,
};
