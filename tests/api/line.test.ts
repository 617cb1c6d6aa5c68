import { expect, it } from "vitest";
import { createLine } from "../../api/routes/webhooks/line.js";
import { BusyError } from "../../commands/handle.js";
import { OutageError } from "../../platform/process/outage.js";

const patient = { atOnce: 2, waitingMax: 3, waitMsMax: 60_000 };

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

it("runs so many at once, and the rest in their order", async () => {
  const inLine = createLine(patient);
  const { open, opened } = gate();
  const started: number[] = [];
  const all = [0, 1, 2, 3].map((n) =>
    inLine(async () => {
      started.push(n);
      await opened;
      return n;
    }),
  );
  await new Promise(setImmediate);
  expect(started).toEqual([0, 1]);
  open();
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3]);
  expect(started).toEqual([0, 1, 2, 3]);
});

it("refuses at once what comes when the line is full, and has room again later", async () => {
  const inLine = createLine(patient);
  const { open, opened } = gate();
  const held = Array.from({ length: 5 }, () => inLine(() => opened));
  await expect(inLine(() => opened)).rejects.toThrow(BusyError);
  open();
  await Promise.all(held);
  expect(await inLine(async () => "room")).toBe("room");
});

it("does not begin what waited too long, so that a stuck line empties", async () => {
  const inLine = createLine({ ...patient, atOnce: 1, waitMsMax: 20 });
  const { open, opened } = gate();
  const first = inLine(() => opened);
  let begun = false;
  const late = inLine(async () => {
    begun = true;
  });
  const since = performance.now();
  while (performance.now() - since < 25) await new Promise(setImmediate);
  open();
  await first;
  await expect(late).rejects.toThrow(BusyError);
  expect(begun).toBe(false);
});

it("goes on after work that failed", async () => {
  const inLine = createLine({ ...patient, atOnce: 1 });
  await expect(inLine(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await inLine(async () => 1)).toBe(1);
});

it("fails who waits behind work that got no answer, and lets the next one try", async () => {
  const inLine = createLine({ ...patient, atOnce: 1 });
  const { open, opened } = gate();
  const first = inLine(() => opened.then(() => Promise.reject(new OutageError("no answer"))));
  let begun = 0;
  const begin = async () => {
    begun += 1;
  };
  const behind = [inLine(begin), inLine(begin)];
  const since = performance.now();
  while (performance.now() === since);
  open();
  for (const each of [first, ...behind]) await expect(each).rejects.toThrow(OutageError);
  expect(begun).toBe(0);
  await inLine(begin);
  expect(begun).toBe(1);
});
