import { statSync } from "node:fs";
import {
  assertReadable,
  assertStoreIn,
  databaseFile,
  namingFolder,
} from "../storage/dataFolder.js";
import { createdTicksOf } from "../storage/eventRecord.js";
import { Snapshot } from "../storage/snapshot.js";
import { readOptions, required } from "./arguments.js";
import { type Command, exitCodes, printJson, printLines } from "./command.js";
import { startProgressBar } from "./progressBar.js";

const usage = `Shows how much a store holds. It may be in use.

  npm run eventstore -- stats --data DIR [--json]

  --data DIR   folder of the store
  --json       prints one JSON object instead
`;
const biggestShown = 10;
const ticksPerMillisecond = 10_000n;
const barEveryStreams = 1_000;

interface StreamSize {
  readonly stream: string;
  readonly events: number;
}

interface Statistics {
  readonly events: number;
  readonly streams: number;
  readonly bytesOnDisk: number;
  readonly bytesPerEvent: number;
  readonly first: { readonly position: number; readonly time: string } | undefined;
  readonly last: { readonly position: number; readonly time: string } | undefined;
  readonly biggestStreams: readonly StreamSize[];
}

async function stats(args: readonly string[]): Promise<number> {
  const values = readOptions(args, { data: { type: "string" } });
  const folder = required(values.data, "--data DIR");
  const statistics = await namingFolder(folder, () => measure(folder));
  if (values.json) printJson(statistics);
  else printLines(describe(folder, statistics));
  return exitCodes.done;
}

async function measure(folder: string): Promise<Statistics> {
  assertStoreIn(folder);
  assertReadable(folder);
  const snapshot = new Snapshot(folder);
  try {
    const { position, streamId } = snapshot.end;
    const events = Number(position);
    const { size: bytesOnDisk } = statSync(databaseFile(folder));
    return {
      events,
      streams: streamId,
      bytesOnDisk,
      bytesPerEvent: events === 0 ? 0 : Math.round(bytesOnDisk / events),
      first: events === 0 ? undefined : eventAt(snapshot, 1n),
      last: events === 0 ? undefined : eventAt(snapshot, position),
      biggestStreams: biggestOf(snapshot),
    };
  } finally {
    await snapshot.close();
  }
}

function eventAt(snapshot: Snapshot, position: bigint) {
  const createdMs = Number(createdTicksOf(snapshot.record(position)) / ticksPerMillisecond);
  return { position: Number(position), time: new Date(createdMs).toISOString() };
}

function biggestOf(snapshot: Snapshot): readonly StreamSize[] {
  const bar = startProgressBar("counting streams");
  let biggest: StreamSize[] = [];
  let seen = 0;
  for (const { key } of snapshot.entries("names")) {
    const stream = key.toString();
    const events = Number(snapshot.findHead(stream)?.events.lastRevision ?? -1n) + 1;
    const smallest = biggest.at(-1)?.events ?? 0;
    if (biggest.length < biggestShown || events > smallest) {
      biggest.push({ stream, events });
      biggest = biggest.toSorted((a, b) => b.events - a.events).slice(0, biggestShown);
    }
    if (++seen % barEveryStreams === 0) bar.update(seen, snapshot.end.streamId);
  }
  bar.stop();
  return biggest.filter(({ events }) => events > 0);
}

function describe(folder: string, statistics: Statistics): readonly string[] {
  const { events, streams, bytesOnDisk, bytesPerEvent, first, last, biggestStreams } = statistics;
  const number = (value: number): string => value.toLocaleString("en");
  return [
    `Event store in ${folder}`,
    `  events     ${number(events)}`,
    `  streams    ${number(streams)}`,
    `  on disk    ${number(bytesOnDisk)} bytes, ${number(bytesPerEvent)} per event`,
    `  first      ${first ? `position ${first.position}, ${first.time}` : "none"}`,
    `  last       ${last ? `position ${last.position}, ${last.time}` : "none"}`,
    "  biggest streams by number of events, hidden ones included",
    ...biggestStreams.map(
      ({ stream, events: size }) => `    ${number(size).padStart(9)}  ${stream}`,
    ),
  ];
}

export const statsCommand: Command = {
  summary: "shows how much a store holds, and in which streams",
  usage,
  run: stats,
};
