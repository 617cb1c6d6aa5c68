import type { IncomingMessage, Server, ServerResponse } from "node:http";
import {
  type Kysely,
  type KyselyPlugin,
  type OperationNode,
  type RootOperationNode,
  TableNode,
} from "kysely";
import type { Blobs } from "../../../platform/blobs.js";
import type { EventStore } from "../../../platform/eventStore/eventStore.js";
import type { Mailer } from "../../../platform/mailer.js";
import type { WaitingLine } from "../../../platform/redis/waitingLine.js";
import type { Vault } from "../../../platform/vault/vault.js";
import type { FaultPoints } from "./faultPoints.js";

/** Ids differ each time, kinds of streams do not: "generation-<id>". */
const kindOf = (stream: string): string => stream.split("-")[0] ?? "";

export const wrapStore = (store: EventStore, points: FaultPoints): EventStore => ({
  ...store,
  append: (stream, events, expected) => {
    const types = events.map(({ type }) => type).join("+");
    return points.around(`append ${kindOf(stream)} ${types}`, () =>
      store.append(stream, events, expected),
    );
  },
});

export const wrapVault = (vault: Vault, points: FaultPoints): Vault => ({
  ...vault,
  seal: (secret, place, at) =>
    points.around(`seal ${place.eventType}.${place.field}`, () => vault.seal(secret, place, at)),
});

export const wrapBlobs = (blobs: Blobs, points: FaultPoints): Blobs => ({
  ...blobs,
  put: (parts, nameOf) => points.around("put audio", () => blobs.put(parts, nameOf)),
  remove: (name) => points.around("remove audio", () => blobs.remove(name)),
});

export const wrapMailer = (mailer: Mailer, points: FaultPoints): Mailer => ({
  ...mailer,
  send: (mail) => points.around(`mail ${mail.subject}`, () => mailer.send(mail)),
});

export const wrapLine = (line: WaitingLine, points: FaultPoints): WaitingLine => ({
  ...line,
  join: (queue, id, at) => points.around("join the line", () => line.join(queue, id, at)),
  remove: (id) => points.around("leave the line", () => line.remove(id)),
});

/** Every statement that writes, by its table. What only says how far one has come is no step of a path. */
export function wrapDatabase<Tables>(db: Kysely<Tables>, points: FaultPoints): Kysely<Tables> {
  const running = new WeakMap<object, { name: string; count: number }>();
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      const name = nameOf(node);
      if (name !== undefined) running.set(queryId, { name, count: points.reach(name) });
      return node;
    },
    async transformResult({ result, queryId }) {
      const place = running.get(queryId);
      if (place !== undefined) points.leave(place.name, place.count);
      return result;
    },
  };
  return db.withPlugin(plugin);
}

function nameOf(node: RootOperationNode): string | undefined {
  const table = tableOf(node);
  return table === undefined || table === "checkpoint" ? undefined : `${verbs[node.kind]} ${table}`;
}

const verbs: Readonly<Record<string, string>> = {
  InsertQueryNode: "insert",
  UpdateQueryNode: "update",
  DeleteQueryNode: "delete",
};

function tableOf(node: RootOperationNode): string | undefined {
  switch (node.kind) {
    case "InsertQueryNode":
      return node.into?.table.identifier.name;
    case "UpdateQueryNode":
      return nameOfTable(node.table);
    case "DeleteQueryNode":
      return nameOfTable(node.from.froms[0]);
    default:
      return undefined;
  }
}

const nameOfTable = (node: OperationNode | undefined): string | undefined =>
  node !== undefined && TableNode.is(node) ? node.table.identifier.name : undefined;

const ids = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** From the moment the answer is ready until its last byte is handed over. */
export function wrapAnswers(server: Server, points: FaultPoints): void {
  server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
    const [path = ""] = request.url?.split("?") ?? [];
    const name = `answer ${request.method} ${path.replaceAll(ids, ":id")}`;
    const { writeHead } = response;
    let count = 0;
    response.writeHead = (...args: unknown[]) => {
      count = points.reach(name);
      return Reflect.apply(writeHead, response, args);
    };
    response.once("finish", () => points.leave(name, count));
  });
}
