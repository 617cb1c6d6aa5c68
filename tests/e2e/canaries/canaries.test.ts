import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type StripeStandIn, startStripeStandIn } from "../../chaos/product/stripeStandIn.js";
import { makeCallers, readQuestions } from "../../support/askEverything.js";
import { type Installed, startInstalled } from "../../support/installed.js";
import { allowed } from "./allowed.js";
import { type Finding, findIn, makeCanaries, type Needle, type Place } from "./canaries.js";
import { askWithMarks, peerAddress, sendNonsense, workBadly } from "./mistakes.js";
import { give } from "./money.js";
import { forwardedFor, makePerson, type Person } from "./person.js";
import { allPlaces } from "./places.js";

const minutes = 60_000;
const webhookSecret = "whsec_c0ffee5ecre7c0ffee5ecre7c0ffee5e";
const stripeKey = "sk_test_c0ffee5ecre7c0ffee5ecre7c0ffee5e";
const canaries = makeCanaries();

let stripe: StripeStandIn;
let installed: Installed;
let person: Person;
let refusals: readonly Place[] = [];
let needles: readonly Needle[] = [];

beforeAll(async () => {
  stripe = await startStripeStandIn();
  installed = await startInstalled({
    TRUST_PROXY: "127.0.0.1/32",
    STRIPE_API_KEY: stripeKey,
    STRIPE_API_BASE: stripe.url,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    // So that the test's own node gets the work that asks for more.
    NODE_MAX_SAMPLE_RATE: "44100",
  });
  person = await makePerson(installed, canaries);
  const nodeSecrets = await workBadly(installed, canaries, person);
  await give(installed, canaries, person, webhookSecret);
  const callers = await makeCallers(installed);
  refusals = [
    ...(await askWithMarks(installed, canaries, callers)),
    ...(await sendNonsense(installed, canaries)),
  ];
  needles = [...person.secrets, ...nodeSecrets, ...secretsOf(installed)];
  await crash("api");
  await crash("workers");
}, 4 * minutes);

afterAll(async () => {
  await installed?.stop();
  stripe?.close();
}, minutes);

function secretsOf({ environment }: Installed): readonly Needle[] {
  const named = ["APP_SECRET", "JWT_SECRET"].map((name) => environment[name] ?? "");
  const urls = ["DATABASE_URL", "REDIS_URL"].map(
    (name) => new URL(environment[name] ?? "").password,
  );
  const secrets = [...named, ...urls, webhookSecret, stripeKey].filter((text) => text.length > 8);
  return [
    ...secrets.map((text) => ({ kind: "app secret", text })),
    { kind: "address", text: forwardedFor },
    { kind: "address", text: peerAddress },
  ];
}

/** In the middle of a call, so that what it says last may hold what it was doing. */
async function crash(name: string): Promise<void> {
  const starts = startsOf(name);
  const hangUp = new AbortController();
  const asking = fetch(`${installed.url}/api/v1/generate`, {
    method: "POST",
    signal: hangUp.signal,
    headers: { ...person.headers, "content-type": "application/json", "x-api-key": person.apiKey },
    body: JSON.stringify({ prompt: `${canaries.prompt} slow pad`, sample_rate: 192_000 }),
  }).catch(() => undefined);
  await pause(200);
  process.kill(installed.pidOf(name), "SIGABRT");
  hangUp.abort();
  await asking;
  const isBack = async () => {
    const health = await fetch(`${installed.url}/health/ready`).catch(() => undefined);
    return health?.ok === true && startsOf(name) > starts;
  };
  await vi.waitUntil(isBack, { timeout: minutes, interval: 100 });
}

/** How often it said that it is ready. */
const startsOf = (name: string): number =>
  readFileSync(join(installed.folder, "logs", `${name}.log`), "utf8").split('"metricsPort"').length;

const isAllowed = ({ kind, place }: Finding): boolean =>
  (allowed[kind] ?? []).some((pattern) => pattern.test(place));

function findingsIn(places: readonly Place[]): string[] {
  const findings = places.flatMap((place) => findIn(place, needles));
  const wrong = findings.filter((finding) => !isAllowed(finding));
  return [...new Set(wrong.map(({ kind, place }) => `${kind} in ${place}`))].sort();
}

describe("what people tell the product", () => {
  it("is found where it is planted, so that the search itself can fail", () => {
    const bytes = Buffer.from(`x${Buffer.from(`ab${canaries.prompt}`).toString("base64")}`);
    expect(findIn({ name: "here", bytes }, [])).toEqual([{ kind: "encoded", place: "here" }]);
    const planted = { name: "here", bytes: Buffer.from(`${canaries.mail} ${forwardedFor}`) };
    expect(findIn(planted, needles).map(({ kind }) => kind)).toEqual(["address", "mail"]);
  });

  it("is echoed in no refusal", () => {
    expect(refusals.length).toBeGreaterThan(100);
    expect(findingsIn(refusals)).toEqual([]);
  });

  it(
    "lies in clear nowhere but where it is allowed",
    async () => {
      const places = await allPlaces(installed);
      const sorts = new Set(places.map(({ name }) => name.split(":")[0]));
      expect([...sorts].sort()).toEqual(["argv", "event", "file", "metrics", "mysql", "redis"]);
      expect(findingsIn(places)).toEqual([]);
    },
    minutes,
  );

  it(
    "is shown to nobody else",
    async () => {
      const callers = await makeCallers(installed);
      const questions = (await readQuestions(installed)).filter(({ method }) => method === "GET");
      const places: Place[] = [];
      for (const { url, path } of questions.filter(({ path }) => !path.endsWith("/events"))) {
        for (const headers of callers) {
          const signal = AbortSignal.timeout(5_000);
          const answer = await fetch(installed.url + url, { headers, signal }).catch(
            () => undefined,
          );
          const text = await answer?.text().catch(() => "");
          places.push({ name: `answer:${path}`, bytes: Buffer.from(text ?? "") });
        }
      }
      expect(findingsIn(places)).toEqual([]);
    },
    minutes,
  );
});
