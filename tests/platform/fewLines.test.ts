import { describe, expect, it } from "vitest";
import { FewLines, type Uncounted } from "../../platform/process/fewLines.js";

function fewLines() {
  const lines: string[] = [];
  const more: [string, Uncounted][] = [];
  const few = new FewLines(2, (subject, uncounted) => void more.push([subject, uncounted]));
  const write = (subject: string, kind = "a") =>
    few.write(subject, kind, () => void lines.push(subject));
  return { few, write, lines, more };
}

describe("few lines", () => {
  it("are written, and what comes beyond them is counted by kind", () => {
    const { few, write, lines, more } = fewLines();
    expect([write("x"), write("x"), write("x"), write("x", "b"), write("x", "b")]).toEqual([
      ...[true, true, false, false, false],
    ]);
    expect(write("y")).toBe(true);
    few.flush();
    expect(lines).toEqual(["x", "x", "y"]);
    expect(more).toEqual([["x", { a: 1, b: 2 }]]);
  });

  it("begin anew after they were told of", () => {
    const { few, write, lines, more } = fewLines();
    for (let time = 0; time < 3; time += 1) write("x");
    few.flush();
    write("x");
    few.flush();
    expect(lines).toHaveLength(3);
    expect(more).toHaveLength(1);
  });

  it("are few however many subjects there are", () => {
    const { few, write, lines, more } = fewLines();
    for (let subject = 0; subject < 5000; subject += 1) write(`subject ${subject}`);
    few.flush();
    expect(lines).toHaveLength(1002);
    expect(more).toEqual([["others", { a: 3998 }]]);
  });
});
