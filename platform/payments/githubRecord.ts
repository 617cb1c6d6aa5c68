import { z } from "zod";
import { second } from "../../domain/limits.js";
import { readMinorUnits } from "../../domain/money/money.js";
import type { Activity, Sponsorship } from "../../domain/statements/matchActivities.js";
import { type Instant, instantOf } from "../../domain/time.js";
import { parseJson } from "../parseJson.js";
import { readLimited } from "./limitedAnswer.js";
import { ProviderDownError } from "./providerDown.js";

export interface GithubAccess {
  readonly token: string;
  readonly graphqlUrl: string;
  /** Whose sponsors these are, by login. */
  readonly sponsorable: string;
}

export interface GithubRecord {
  readonly activities: readonly Activity[];
  readonly sponsorships: readonly Sponsorship[];
}

const timeoutMs = 30 * second;
const answerBytesMax = 4 * 1024 ** 2;
const pagesMax = 1000;

const sponsorFields = "... on User { login databaseId } ... on Organization { login databaseId }";
const pageFields = "pageInfo { hasNextPage endCursor }";

/** The account may be a person or an organisation; both can be sponsored. */
const query = (variables: string, connection: string) => `query($login: String!, ${variables}) {
  repositoryOwner(login: $login) { ... on Sponsorable { found: ${connection} } }
}`;

const activitiesQuery = query(
  "$after: String, $since: DateTime",
  `sponsorsActivities(first: 100, after: $after, since: $since, includePrivate: true,
      orderBy: { field: TIMESTAMP, direction: ASC }) {
    nodes { id action timestamp paymentSource
      sponsorsTier { id monthlyPriceInCents isOneTime }
      sponsor { ${sponsorFields} } }
    ${pageFields} }`,
);
const sponsorshipsQuery = query(
  "$after: String",
  `sponsorshipsAsMaintainer(first: 100, after: $after, activeOnly: false, includePrivate: true) {
    nodes { id createdAt isOneTimePayment privacyLevel sponsorEntity { ${sponsorFields} } }
    ${pageFields} }`,
);

const time = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), "is not a time")
  .transform((text): Instant => instantOf(Date.parse(text)));
/** Whoever is neither, or gone, is nobody that could be compared. */
const sponsorSchema = z
  .object({ login: z.string(), databaseId: z.int() })
  .transform(({ login, databaseId }) => ({ login, id: String(databaseId) }))
  .nullish()
  .catch(undefined);
const activitySchema = z.object({
  id: z.string(),
  action: z.string(),
  timestamp: time.nullish(),
  paymentSource: z.string().nullish(),
  sponsorsTier: z
    .object({ id: z.string(), monthlyPriceInCents: z.int(), isOneTime: z.boolean() })
    .nullish(),
  sponsor: sponsorSchema,
});
const sponsorshipSchema = z.object({
  id: z.string(),
  createdAt: time,
  isOneTimePayment: z.boolean(),
  privacyLevel: z.string(),
  sponsorEntity: sponsorSchema,
});

/** Everything since then that moved money, and all sponsorships there are. @throws ProviderDownError */
export async function readGithubRecord(
  access: GithubAccess,
  since: Instant,
): Promise<GithubRecord> {
  const activities = await readAll(access, { query: activitiesQuery, since }, activitySchema);
  const sponsorships = await readAll(access, { query: sponsorshipsQuery }, sponsorshipSchema);
  return {
    activities: activities.flatMap(activityOf),
    sponsorships: sponsorships.map(
      ({ id, createdAt, isOneTimePayment, privacyLevel, sponsorEntity }) => ({
        ...{ id, createdAt, once: isOneTimePayment, isPublic: privacyLevel === "PUBLIC" },
        sponsor: sponsorEntity ?? undefined,
      }),
    ),
  };
}

const kinds: ReadonlyMap<string, Activity["kind"]> = new Map([
  ["NEW_SPONSORSHIP", "started"],
  ["REFUND", "refunded"],
]);

/** The other actions are forecasts, or the end of one. */
function activityOf(node: z.infer<typeof activitySchema>): Activity[] {
  const kind = kinds.get(node.action);
  const { id, timestamp, sponsor, sponsorsTier: tier } = node;
  if (kind === undefined || timestamp == null) return [];
  const gross =
    tier == null ? undefined : readMinorUnits("github", tier.monthlyPriceInCents, "USD");
  return [
    {
      ...{ id, kind, at: timestamp, sponsor: sponsor ?? undefined },
      byPatreon: node.paymentSource === "PATREON",
      tier:
        tier == null || gross === undefined
          ? undefined
          : { id: tier.id, gross, once: tier.isOneTime },
    },
  ];
}

interface Wanted {
  readonly query: string;
  readonly since?: Instant;
}

async function readAll<Node extends z.ZodType>(
  access: GithubAccess,
  { query, since }: Wanted,
  nodeSchema: Node,
): Promise<z.output<Node>[]> {
  const answerSchema = z.object({
    repositoryOwner: z.object({
      found: z.object({
        nodes: z.array(nodeSchema.nullable()),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    }),
  });
  const all: z.output<Node>[] = [];
  let after: string | null = null;
  for (let page = 0; page < pagesMax; page += 1) {
    const variables = { login: access.sponsorable, after, since };
    const read = answerSchema.safeParse(await ask(access, { query, variables }));
    if (!read.success) {
      throw new ProviderDownError(
        `GitHub does not show the sponsors of ${access.sponsorable}, or not as expected.`,
      );
    }
    const { nodes, pageInfo }: Page<z.output<Node>> = read.data.repositoryOwner.found;
    all.push(...nodes.filter((node) => node !== null));
    after = pageInfo.endCursor;
    if (!pageInfo.hasNextPage || after === null) return all;
  }
  throw new ProviderDownError("GitHub's list does not end.");
}

interface Page<Node> {
  readonly nodes: readonly (Node | null)[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const envelopeSchema = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ message: z.string() })).default([]),
});

async function ask({ graphqlUrl, token }: GithubAccess, body: object): Promise<unknown> {
  const { status, text } = await post(graphqlUrl, token, body);
  if (status !== 200) throw new ProviderDownError(`GitHub answered with status ${status}.`);
  const envelope = envelopeSchema.safeParse(parseJson(text));
  const [error] = envelope.data?.errors ?? [];
  if (error !== undefined) throw new ProviderDownError(`GitHub: ${error.message}`);
  return envelope.data?.data;
}

async function post(url: string, token: string, body: object) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        authorization: `bearer ${token}`,
        "content-type": "application/json",
        // GitHub refuses who does not say its name.
        "user-agent": "obsidian-ledger",
      },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, text: await readLimited(response, answerBytesMax) };
  } catch (cause) {
    throw new ProviderDownError("GitHub did not answer.", { cause });
  }
}
