import pLimit from "p-limit";
import { call } from "./account.js";
import type { Installed } from "./installed.js";
import { type Question, questionsOf } from "./openApi.js";
import { cdQuality, renderWav } from "./testAudio.js";
import { joinNode, nodeAbout } from "./testNode.js";

/** What proves who asks. */
export type Caller = Readonly<Record<string, string>>;

export interface Answered {
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly retryAfter: string | null;
}

const atOnce = 20;
/** A question that nobody answers fails the test, and does not hold it up. */
const answerMsMax = 20_000;

/** One question for each route of the API's own document. */
export async function readQuestions({ url }: Installed): Promise<readonly Question[]> {
  const document: unknown = await (await fetch(`${url}/api/v1/openapi.json`)).json();
  return questionsOf(document, { "audio/wav": new Uint8Array(renderWav(cdQuality, 44_100)) });
}

/** So little that no work comes to this node: it only asks. */
const modest = { stems: false, duration_max: 1, sample_rate_max: 44_100 };

/** Whoever may ask: nobody in particular, an account by its key or signed in, and a node. */
export async function makeCallers(installed: Installed): Promise<readonly Caller[]> {
  const { email, password, apiKey } = await installed.makePerson();
  const body = { email, password };
  const { data } = await call(installed, "POST", "/auth/login", { body });
  const { token } = await joinNode(installed, { ...nodeAbout, capabilities: modest });
  return [
    {},
    { "x-api-key": apiKey },
    { authorization: `Bearer ${data["access_token"]}` },
    { authorization: `Bearer ${token}` },
  ];
}

/** Every question, asked by every caller. What takes a caller's access away comes last. */
export async function askEverything(
  { url }: Installed,
  questions: readonly Question[],
  callers: readonly Caller[],
): Promise<Answered[]> {
  const limit = pLimit(atOnce);
  const askAll = (some: readonly Question[]) =>
    Promise.all(
      some.flatMap((each) => callers.map((caller) => limit(() => ask(url, each, caller)))),
    );
  const first = await askAll(questions.filter((question) => !endsAccess(question)));
  return [...first, ...(await askAll(questions.filter(endsAccess)))];
}

const endsAccess = ({ method, path }: Question): boolean =>
  path.endsWith("/logout") || (method === "DELETE" && path.endsWith("/profile"));

async function ask(
  origin: string,
  { method, path, url, body, headers }: Question,
  caller: Caller,
): Promise<Answered> {
  const startedAt = performance.now();
  const response = await fetch(`${origin}${url}`, {
    method,
    headers: { ...headers, ...caller, prefer: "respond-async" },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(answerMsMax),
  });
  await response.arrayBuffer();
  return {
    route: `${method} ${path}`,
    status: response.status,
    ms: performance.now() - startedAt,
    retryAfter: response.headers.get("retry-after"),
  };
}
