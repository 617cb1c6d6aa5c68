import { spawnSync } from "node:child_process";
import type { Installed } from "../support/installed.js";
import type { Attack } from "./attack.js";

/** `nobody`, who may be any other account of the machine. */
const uid = 65_534;

/** Prints the status of a gRPC call, and what Redis says to a stranger. */
const script = `
import { connect as http2 } from "node:http2";
import { connect } from "node:net";
const [store, redisPort] = process.argv.slice(1);
const session = http2(store);
session.on("error", () => undefined);
const call = session.request({ ":method": "POST", te: "trailers", "content-type": "application/grpc",
  ":path": "/event_store.client.streams.Streams/Read" });
let code = "none";
const note = (headers) => { code = headers["grpc-status"] ?? code; };
call.on("response", note).on("trailers", note).on("error", () => undefined).end(Buffer.alloc(5));
setTimeout(() => session.destroy(), 3000);
const redis = connect(Number(redisPort), "127.0.0.1", () => redis.write("KEYS *\\r\\n"));
redis.on("data", (data) => { console.log("redis " + data.toString().slice(0, 10)); redis.end(); });
call.on("close", () => { console.log("store " + code); session.destroy(); });
`;
const permissionDenied = "7";
const unauthenticated = "16";

export const neighbours: Attack = {
  name: "neighbours",
  tries: "Reads the event store and Redis as another account of the same machine.",
  async run({ config }: Installed) {
    if (process.getuid?.() !== 0) return { tried: 0, broke: [] };
    const { protocol, host } = new URL(config.eventStoreUrl.replace("esdb:", "http:"));
    const ports = [`${protocol}//${host}`, new URL(config.redisUrl).port];
    const args = ["--input-type=module", "--eval", script, ...ports];
    const options = { uid, gid: uid, cwd: "/", timeout: 15_000 };
    const { stdout } = spawnSync(process.execPath, args, options);
    const said = String(stdout);
    const code = /store (\w+)/.exec(said)?.[1];
    const isStoreShut = code === permissionDenied || code === unauthenticated;
    return {
      tried: 2,
      broke: [
        ...(isStoreShut ? [] : [`The event store answered with ${code}.`]),
        ...(/redis -NOAUTH/.test(said) ? [] : ["Redis answered without a password."]),
      ],
    };
  },
};
