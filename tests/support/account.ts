import { z } from "zod";
import { userTermsVersion } from "../../domain/terms.js";
import { newId } from "../../platform/ids.js";
import type { TestServer } from "./server.js";

export interface Account {
  readonly email: string;
  readonly username: string;
  readonly password: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly apiKey: string;
  readonly apiKeyId: string;
}

const errorSchema = z.object({
  error: z.object({ code: z.string(), field: z.string().optional() }),
});

export type Answer = Awaited<ReturnType<typeof call>>;

/** One call to the API, as a stranger on the network makes it. */
export async function call(
  { url }: Pick<TestServer, "url">,
  method: string,
  path: string,
  { body, token, key, headers = {} }: CallOptions = {},
) {
  const response = await fetch(path.startsWith("/api") ? `${url}${path}` : `${url}/api/v1${path}`, {
    method,
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { "x-api-key": key }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  const json: unknown = isJson && bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined;
  const error = errorSchema.safeParse(json);
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    data: z.object({ data: z.record(z.string(), z.any()) }).safeParse(json).data?.data ?? {},
    list:
      z.object({ data: z.array(z.record(z.string(), z.any())) }).safeParse(json).data?.data ?? [],
    code: error.data?.error.code,
    field: error.data?.error.field,
  };
}

interface CallOptions {
  readonly body?: unknown;
  readonly token?: string;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const password = "correct horse battery staple";

export function newHandles() {
  const mark = newId().slice(0, 8);
  return { email: `ana-${mark}@example.org`, username: `ana-${mark}` };
}

export const registerBody = (handles = newHandles()) => ({
  ...handles,
  password,
  terms_version: userTermsVersion,
});

/** The token in the newest mail of the outbox to this address. */
export async function tokenMailedTo(server: TestServer, email: string): Promise<string> {
  for (let round = 0; round < 100; round += 1) {
    const mail = (await server.sendMails()).find(({ to }) => to === email);
    const [, token] = /token=([\w-]+)/.exec(mail?.text ?? "") ?? [];
    if (token !== undefined) return token;
    // Ordered by a reaction of its own; looking is all one can do.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`No mail to ${email} came.`);
}

/** Registers, confirms, signs in and makes a key: all through the front door. */
export async function makeAccount(server: TestServer): Promise<Account> {
  const handles = newHandles();
  await call(server, "POST", "/auth/register", { body: registerBody(handles) });
  const token = await tokenMailedTo(server, handles.email);
  await call(server, "POST", "/auth/verify-email", { body: { token, password } });
  const login = { email: handles.email, password };
  const { data: tokens } = await call(server, "POST", "/auth/login", { body: login });
  const accessToken = z.string().parse(tokens["access_token"]);
  const made = await call(server, "POST", "/user/api-keys", {
    body: { name: "Studio" },
    token: accessToken,
  });
  return {
    ...handles,
    password,
    accessToken,
    refreshToken: z.string().parse(tokens["refresh_token"]),
    apiKey: z.string().parse(made.data["key"]),
    apiKeyId: z.string().parse(made.data["id"]),
  };
}
