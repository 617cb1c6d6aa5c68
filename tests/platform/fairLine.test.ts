import { expect, it } from "vitest";
import { FairLine } from "../../platform/process/fairLine.js";

/** Work that ends when it is told to; `order` is how it began, `refused` who found no place. */
function open(limits = { atOnce: 1, waitingMax: 6, waitingOfOneMax: 4 }) {
  const line = new FairLine(limits, () => new Error("full"));
  const order: string[] = [];
  const refused: string[] = [];
  const ends: (() => void)[] = [];
  let open = 0;
  const enter = async (who: string, name = who): Promise<void> => {
    open += 1;
    const work = () => {
      order.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    };
    await line.enter(who, work).catch(() => refused.push(name));
    open -= 1;
  };
  const finish = async (): Promise<void> => {
    while (open > 0) {
      ends.shift()?.();
      await new Promise(setImmediate);
    }
  };
  return { enter, finish, order, refused };
}

it("serves each of those who wait in turn, however many one of them brings", async () => {
  const { enter, finish, order } = open();
  for (const name of ["flood 1", "flood 2", "flood 3", "flood 4"]) void enter("flood", name);
  void enter("ana");
  void enter("ben");
  await finish();
  expect(order).toEqual(["flood 1", "flood 2", "ana", "ben", "flood 3", "flood 4"]);
});

it("refuses whoever has their share of it, while others find a place", async () => {
  const { enter, finish, order, refused } = open();
  for (let n = 0; n < 8; n += 1) void enter("flood", `flood ${n}`);
  void enter("ana");
  await finish();
  expect(refused).toEqual(["flood 5", "flood 6", "flood 7"]);
  expect(order).toContain("ana");
});

it("that is full takes a place from who has most, and none from who has as few", async () => {
  const { enter, finish, order, refused } = open();
  void enter("first");
  for (const who of ["flood", "flood", "flood", "stream", "stream", "stream"]) void enter(who);
  void enter("ana");
  void enter("ben");
  void enter("cleo");
  void enter("dan");
  void enter("eve");
  await finish();
  expect(refused.toSorted()).toEqual(["eve", "flood", "flood", "stream", "stream"]);
  expect(order).toEqual(["first", "flood", "stream", "ana", "ben", "cleo", "dan"]);
});

it("goes on after work that failed", async () => {
  const line = new FairLine({ atOnce: 1, waitingMax: 1, waitingOfOneMax: 1 }, () => new Error());
  const failed = line.enter("ana", () => Promise.reject(new Error("no")));
  const next = line.enter("ben", async () => "done");
  await expect(failed).rejects.toThrow("no");
  expect(await next).toBe("done");
});
