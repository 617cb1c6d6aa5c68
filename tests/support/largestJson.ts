import { type AST, RegExpParser } from "@eslint-community/regexpp";

/** A control character is written as six. No other takes more: what is beyond is four bytes of UTF-8. */
const bytesPerCharacterMax = 6;
/** As RFC 8785 writes it, e.g. -1.2345678901234567e-300. */
const numberBytesMax = 25;

type Schema = Readonly<Record<string, unknown>>;

/**
 * Bytes of the longest RFC 8785 spelling of what this JSON Schema lets through, with limits as events
 * note them.
 * @throws Error for a schema without a limit, naming its place
 */
export function largestJson(schema: Schema, place = ""): number {
  if ("const" in schema) return bytesOf(schema["const"]);
  if (Array.isArray(schema["enum"])) return Math.max(...schema["enum"].map(bytesOf));
  const choices = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(choices)) return Math.max(...choices.map((each) => largestJson(each, place)));
  switch (schema["type"]) {
    case "object":
      return largestObject(schema, place);
    case "array":
      return largestArray(schema, place);
    case "string":
      return '""'.length + largestText(schema, place);
    case "number":
    case "integer":
      return numberBytesMax;
    case "boolean":
      return "false".length;
    case "null":
      return "null".length;
    default:
      throw new Error(`${place}: no limit is known for ${JSON.stringify(schema)}`);
  }
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

function largestObject({ properties }: Schema, place: string): number {
  if (typeof properties !== "object" || properties === null) throw new Error(`${place}: open`);
  const members = Object.entries(properties).map(
    ([name, each]) => bytesOf(name) + ":,".length + largestJson(each, `${place}/${name}`),
  );
  return members.reduce((sum, bytes) => sum + bytes, "{}".length);
}

function largestArray({ items, maxItems }: Schema, place: string): number {
  if (typeof maxItems !== "number") throw new Error(`${place}: an array without end`);
  return "[]".length + maxItems * (",".length + largestJson(Object(items), place));
}

function largestText(schema: Schema, place: string): number {
  const { maxLength, pattern, charactersMax: noted } = schema;
  if (typeof noted === "number") return bytesPerCharacterMax * noted;
  if (typeof maxLength === "number") return bytesPerCharacterMax * maxLength;
  if (typeof pattern !== "string") throw new Error(`${place}: a text without end`);
  return longestMatch(new RegExpParser().parsePattern(pattern));
}

/** Bytes of the longest text that a pattern from beginning to end matches. */
function longestMatch(node: AST.Pattern | AST.Element | AST.Alternative): number {
  switch (node.type) {
    case "Pattern":
    case "Group":
    case "CapturingGroup":
      return Math.max(...node.alternatives.map(longestMatch));
    case "Alternative":
      return node.elements.reduce((sum, element) => sum + longestMatch(element), 0);
    case "Quantifier":
      return node.max * longestMatch(node.element);
    case "Assertion":
      return 0;
    case "Character":
      return bytesOfCharacter(node.value);
    case "CharacterSet":
      return node.kind === "digit" && !node.negate ? 1 : bytesPerCharacterMax;
    case "CharacterClass":
      return node.negate ? bytesPerCharacterMax : Math.max(...node.elements.map(largestOf));
    default:
      throw new Error(`${node.type} in a pattern: its longest match is not known`);
  }
}

function largestOf(element: AST.CharacterClassElement): number {
  if (element.type === "Character") return bytesOfCharacter(element.value);
  if (element.type !== "CharacterClassRange") return bytesPerCharacterMax;
  return Math.max(bytesOfCharacter(element.min.value), bytesOfCharacter(element.max.value));
}

/** Between space and tilde one, or two with a backslash before it. */
function bytesOfCharacter(character: number): number {
  if (character < 0x20 || character > 0x7e) return bytesPerCharacterMax;
  return character === 0x22 || character === 0x5c ? 2 : 1;
}
