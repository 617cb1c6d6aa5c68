import { expect, it } from "vitest";
import { HourlyLoad } from "../../api/nodeGateway/hourlyLoad.js";
import { HourlyPresence } from "../../api/nodeGateway/hourlyPresence.js";
import { HourlyWork } from "../../api/nodeGateway/hourlyWork.js";
import type { NodeRow } from "../../projections/nodes/queries.js";

const ended = { expired: 1, failed: 0, left_early: 0, rejected: 0, processing_ms: "9000" };
const row = (completed: number) => ({ node_id: "one", completed, ...ended }) as unknown as NodeRow;

it("tells what a node has done once in an hour", () => {
  const hourly = new HourlyWork();
  const at = (time: string, completed: number) =>
    hourly.of([row(completed)], `2026-11-22T${time}.000Z`).get("one");
  const first = { completed: 3, success_rate: 0.75, average_ms: 3000 };
  expect(at("16:59:58", 3)).toEqual(first);
  expect(at("16:59:59", 4)).toEqual(first);
  expect(at("17:00:00", 4)).toMatchObject({ completed: 4 });
});

it("tells of a node that leaves in an hour only with the next", () => {
  const presence = new HourlyPresence();
  const at = (time: string, ...online: string[]) => [
    ...presence.of(online, `2026-11-22T${time}.000Z`),
  ];
  expect(at("16:10:00", "one")).toEqual(["one"]);
  expect(at("16:50:00", "two")).toEqual(["one", "two"]);
  expect(at("17:00:00", "two")).toEqual(["two"]);
});

it("the load is told once an hour, however it changes", () => {
  const hourly = new HourlyLoad();
  const [calm, lively] = [
    { busy: 0, queued: 0, processing: 0 },
    { busy: 1, queued: 2, processing: 1 },
  ];
  expect(hourly.of(calm, "2026-11-22T16:00:10.000Z")).toEqual(calm);
  expect(hourly.of(lively, "2026-11-22T16:59:59.000Z")).toEqual(calm);
  expect(hourly.of(lively, "2026-11-22T17:00:00.000Z")).toEqual(lively);
  expect(hourly.of(calm, "2026-11-22T17:00:01.000Z")).toEqual(lively);
});
