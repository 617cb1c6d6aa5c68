import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

type Node = Readonly<Record<string, unknown>>;
interface Request {
  readonly query: string;
  readonly variables: { login?: string; after?: string | null; since?: string };
}

export const githubToken = "ghp_of_the_tests";
const pageSize = 2;

/** Only what the query names is answered, as GraphQL does. */
const asked = (query: string, value: unknown): unknown => {
  if (value === null || typeof value !== "object") return value;
  const named = Object.entries(value).filter(([name]) => new RegExp(`\\b${name}\\b`).test(query));
  return Object.fromEntries(named.map(([name, inner]) => [name, asked(query, inner)]));
};

/** GitHub's GraphQL API as far as sponsors go: oldest first, page by page. */
export async function startGithubStub(sponsorable: string) {
  const activities: Node[] = [];
  const sponsorships: Node[] = [];
  const requests: Request[] = [];

  function found({ query, variables }: Request): object | null {
    if (variables.login?.toLowerCase() !== sponsorable) return null;
    const since = Date.parse(variables.since ?? "1970-01-01");
    const all = /\bsponsorsActivities\(/.test(query)
      ? activities.filter(({ timestamp }) => Date.parse(String(timestamp)) >= since)
      : sponsorships.filter(({ isActive }) => isActive === true || /activeOnly: false/.test(query));
    const start = Number(variables.after ?? 0);
    const nodes = all.slice(start, start + pageSize).map((node) => asked(query, node));
    const end = start + nodes.length;
    return { found: { nodes, pageInfo: { hasNextPage: end < all.length, endCursor: `${end}` } } };
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = (status: number, json: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    if (request.headers.authorization !== `bearer ${githubToken}`) {
      return answer(401, { message: "Bad credentials" });
    }
    if (request.method !== "POST" || request.url !== "/graphql") return answer(404, {});
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Request;
    requests.push(body);
    return answer(200, { data: { repositoryOwner: found(body) } });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    requests,
    putActivity: (...more: readonly Node[]) => void activities.push(...more),
    putSponsorship: (...more: readonly Node[]) => void sponsorships.push(...more),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
