import type { Installed } from "../support/installed.js";
import { type Attack, fromSomewhere, statusOf } from "./attack.js";

const bytesMax = 60_000;
const rounds = 6;

const fill = (element: string): string =>
  Array(Math.floor(bytesMax / (element.length + 1)))
    .fill(element)
    .join();
const fields = (value: string): string =>
  Array.from(
    { length: bytesMax / (value.length + 9) },
    (_, index) => `"k${index}":${value}`,
  ).join();
const deep = (open: string, close: string): string => {
  const times = bytesMax / (open.length + close.length) - 20;
  return open.repeat(times) + close.repeat(times);
};

/** What takes more to read than its bytes say. */
const dear: Readonly<Record<string, string>> = {
  "lists in lists": `{"email":${deep("[", "]")}}`,
  "objects in objects": `{"email":${deep('{"a":', "}").replace(":}", ":1}")}}`,
  "a wide list": `{"email":[${fill("0")}]}`,
  "a list of objects": `[${fill("{}")}]`,
  "many fields": `{${fields("1")}}`,
  "one field many times": `{${fill('"email":1')}}`,
  "names of prototypes": `{${fill('"__proto__":{"constructor":1}')}}`,
  "a huge number": `{"generation_duration":${"9".repeat(bytesMax)},"bpm":1e999999999}`,
  "many digits behind a point": `{"generation_duration":0.${"3".repeat(bytesMax)}}`,
  "a text of escapes": `{"email":"${"\\u0000".repeat(bytesMax / 6)}"}`,
  "half a text": `{"email":"${"a".repeat(bytesMax)}`,
};

export const jsonBodies: Attack = {
  name: "JSON bodies",
  tries: "Sends JSON that is deep, wide, full of names or of digits, with and without an account.",
  async run(installed: Installed) {
    const { apiKey } = await installed.makePerson();
    const routes: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      ["/auth/login", {}],
      ["/auth/register", {}],
      ["/workers/register", {}],
      ["/generate", { "x-api-key": apiKey }],
    ];
    const broke: string[] = [];
    let tried = 0;
    for (const [path, headers] of routes) {
      for (const [what, body] of Object.entries(dear)) {
        const asked = Array.from({ length: rounds }, () => send(installed, path, body, headers));
        const statuses = await Promise.all(asked);
        tried += statuses.length;
        const wrong = statuses.find((status) => status < 400 || status >= 500);
        if (wrong !== undefined) broke.push(`${what} at ${path} was answered with ${wrong}.`);
      }
    }
    return { tried, broke };
  },
};

const send = (
  { url }: Installed,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> =>
  statusOf(
    fetch(`${url}/api/v1${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...fromSomewhere(), ...headers },
      body,
      signal: AbortSignal.timeout(20_000),
    }),
  );
