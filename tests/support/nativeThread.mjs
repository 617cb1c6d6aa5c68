import { parentPort, workerData } from "node:worker_threads";
import { register } from "tsx/esm/api";

register();
const { module, name } = workerData;
const { [name]: work } = await import(module);
parentPort?.on("message", async (argument) => parentPort?.postMessage(await work(argument)));
