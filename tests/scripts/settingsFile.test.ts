import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readSettingsFile } from "../../scripts/supervisor/settingsFile.js";

const folder = mkdtempSync(join(tmpdir(), "settings-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: string | Buffer) {
  const file = join(folder, ".env");
  writeFileSync(file, content);
  return { ...readSettingsFile(file) };
}

const text = '# ours\nSMTP_PASSWORD=grün=ä\n\n  export PORT = 8000 # inline\nNAME="two words"\n';
const settings = { SMTP_PASSWORD: "grün=ä", PORT: "8000", NAME: "two words" };

describe("a file of settings", () => {
  it.each([
    ["as editors on Unix write it", text],
    ["with a mark at its beginning", `\uFEFF${text}`],
    ["with a mark right before its first name", `\uFEFF${text.slice(7)}`],
    ["with the line ends of Windows", text.replaceAll("\n", "\r\n")],
    ["with the line ends of old Macs", text.replaceAll("\n", "\r")],
    ["without an end of its last line", text.trimEnd()],
  ])("is read %s", (_, content) => {
    expect(read(content)).toEqual(settings);
  });

  it("may hold values of several lines, and none at all", () => {
    expect(read('KEY="first\nsecond=2"\nPORT=1')).toEqual({ KEY: "first\nsecond=2", PORT: "1" });
    expect(read("EMPTY=\n")).toEqual({ EMPTY: "" });
    expect(readSettingsFile(join(folder, "none"))).toEqual({});
  });

  it.each([
    ["in Latin-1", Buffer.from("PORT=1\nSMTP_PASSWORD=grün\n", "latin1"), 2],
    ["in UTF-16", Buffer.from("\uFEFFPORT=1\n", "utf16le"), 1],
    ["with a word that is no setting", "PORT=1\n\nSMTP PASSWORD=x\n", 3],
    ["with a quote that is never closed", 'PORT=1\nNAME="two\nOTHER=2\n', 2],
    ["with a control character", "PORT=1\nNAME=a\u0000b\n", 2],
  ])("is refused whole %s, with the line and without what it says", (_, content, line) => {
    expect(() => read(content)).toThrow(new RegExp(`^Line ${line} of .* can't be read`));
    expect(() => read(content)).not.toThrow(/grün|two|a.b/);
  });
});
