import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkpointText, readCheckpoint } from "../../../domain/log/checkpoint.js";
import {
  decodeNote,
  decodeNoteKey,
  encodeNote,
  encodeNoteKey,
  keyIdOf,
  type NoteKey,
  signaturesBy,
} from "../../../domain/log/signedNote.js";

/** The key of the Go module checksum database, as its users configure it. */
const goSumDb = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
const keyOf = (name: string): NoteKey => ({
  name,
  kind: "ed25519",
  publicKey: Buffer.alloc(32, 7),
});

describe("a key of notes", () => {
  it("reads one that others use, and writes it again", () => {
    const key = decodeNoteKey(goSumDb);
    expect(key?.name).toBe("sum.golang.org");
    expect(key && encodeNoteKey(key)).toBe(goSumDb);
  });

  it.each([
    goSumDb.replace("033de0ae", "033de0af"),
    goSumDb.replace("+Ac", "+Bc"),
    goSumDb.replace("sum.golang.org", "sum golang.org"),
    "a+b+c",
    "",
  ])("refuses %j", (encoded) => {
    expect(decodeNoteKey(encoded)).toBeUndefined();
  });
});

describe("a note", () => {
  const signatureOf = (key: NoteKey, byte: number) => ({
    name: key.name,
    keyId: keyIdOf(key),
    signature: Buffer.alloc(64, byte),
  });
  const [ours, theirs] = [keyOf("ours.example"), keyOf("theirs.example")];
  const text = "one\n\ntwo\n";
  const encoded = encodeNote({ text, signatures: [signatureOf(ours, 1), signatureOf(theirs, 2)] });

  it("is read as it was written, with the signatures of each key", () => {
    const note = decodeNote(encoded);
    expect(note?.text).toBe(text);
    expect(note && signaturesBy(note, theirs)).toEqual([Buffer.alloc(64, 2)]);
    expect(note && signaturesBy(note, keyOf("nobody.example"))).toEqual([]);
    expect(note && encodeNote(note)).toBe(encoded);
  });

  it.each([
    ["no signature", "one\n\n"],
    ["no empty line", encoded.replaceAll("\n\n", "\n")],
    ["a control character", encoded.replace("two", "t\u0000wo")],
    ["a carriage return", encoded.replace("two\n", "two\r\n")],
    ["no line feed at its end", encoded.slice(0, -1)],
    ["a signature that is no base64", encoded.replace(/ours\.example ./, "ours.example !")],
    ["what was no UTF-8", encoded.replace("two", "\ufffd")],
    [
      "33 signatures",
      encodeNote({ text, signatures: Array.from({ length: 33 }, () => signatureOf(ours, 1)) }),
    ],
    ["too many bytes", `${"x".repeat(300_000)}\n${encoded}`],
  ])("is none with %s", (_what, altered) => {
    expect(decodeNote(altered)).toBeUndefined();
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (any) => void decodeNote(any)));
  });
});

describe("a checkpoint", () => {
  const checkpoint = {
    origin: "obsidian.example/log",
    size: 20_852_163,
    root: Buffer.alloc(32, 3),
    extensions: ["2026-11-30"],
  };
  const text = checkpointText(checkpoint);

  it("is read as it was written", () => {
    expect(readCheckpoint(text)).toEqual(checkpoint);
    expect(readCheckpoint(checkpointText({ ...checkpoint, size: 0, extensions: [] }))?.size).toBe(
      0,
    );
  });

  it.each([
    ["a size with a zero before it", text.replace("20852163", "020852163")],
    ["a size below nothing", text.replace("20852163", "-1")],
    ["a size that no number holds", text.replace("20852163", "9999999999999999")],
    ["a short root", text.replace(checkpoint.root.toString("base64"), "AwMD")],
    ["a root in another spelling", text.replace("AwM=", "AwN=")],
    ["no origin", text.slice(text.indexOf("\n"))],
    ["an empty line", `${text}\n`],
    ["no end of its last line", text.slice(0, -1)],
    ["two lines", "a\n1\n"],
  ])("is none with %s", (_what, altered) => {
    expect(readCheckpoint(altered)).toBeUndefined();
  });
});
