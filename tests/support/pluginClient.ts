import { request as httpRequest } from "node:http";

/** What libcurl waits for a server that says nothing to `Expect: 100-continue`. */
const continueMs = 1000;
/** Bodies beyond this length are announced first. */
const announcedBytes = 1024 * 1024;
const loopTimeoutMs = 360_000;
const creditsTimeoutMs = 10_000;

/** What a track of the plugin asks for; the names are those of its own request. */
export interface LoopRequest {
  readonly prompt: string;
  readonly bpm: number;
  readonly key: string;
  readonly model?: string;
  readonly sampleRate: number;
  readonly generationDuration: number;
  readonly imageBase64?: string;
  readonly keywords?: readonly string[];
  /** What builds of other times add. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** The texts of its own that the plugin shows; any other status is "HTTP Error N". */
const textsOfStatus: Readonly<Record<number, string>> = {
  401: "Authentication failed",
  403: "Authentication failed",
  422: "Invalid request",
  500: "Server error",
  503: "Service unavailable",
};
export const shownFor = (status: number): string => textsOfStatus[status] ?? `HTTP Error ${status}`;

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * The plugin's client as it was built: JUCE's JSON in its order, floats as floats, libcurl's headers over
 * HTTP/1.1, the whole answer read, each call with its time limit.
 */
export class PluginClient {
  readonly #baseUrl: string;
  readonly #apiKey: string;

  constructor(apiKey: string, serverUrl: string) {
    this.#apiKey = apiKey;
    this.#baseUrl = `${serverUrl}/api/v1`;
  }

  generateLoop(asked: LoopRequest): Promise<Answered> {
    return this.#send("POST", "/generate", jsonOf(asked), loopTimeoutMs);
  }

  /** It reads four fields at the top level. */
  async checkCredits(): Promise<Readonly<Record<string, unknown>>> {
    const { status, body } = await this.#send(
      "GET",
      "/auth/credits/check/vst",
      "",
      creditsTimeoutMs,
    );
    if (status !== 200) throw new Error(shownFor(status));
    const { credits_remaining, credits_total, can_generate_standard, cost_standard } = JSON.parse(
      body.toString(),
    );
    return { credits_remaining, credits_total, can_generate_standard, cost_standard };
  }

  #send(method: string, path: string, body: string, timeoutMs: number): Promise<Answered> {
    const url = new URL(this.#baseUrl + path);
    const bytes = Buffer.byteLength(body);
    const isAnnounced = bytes > announcedBytes;
    const headers = [
      ["Host", url.host],
      ["User-Agent", "curl/8.5.0"],
      ["Accept", "*/*"],
      ["Content-Type", "application/json"],
      ...(this.#apiKey === "" ? [] : [["X-API-Key", this.#apiKey]]),
      ...(method === "POST" ? [["Content-Length", String(bytes)]] : []),
      ...(isAnnounced ? [["Expect", "100-continue"]] : []),
    ].flat();
    return new Promise((resolve, reject) => {
      const options = { method, headers, agent: false, timeout: timeoutMs };
      const request = httpRequest(url, options, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const { statusCode = 0, headers: answered } = response;
        const texts = Object.entries(answered).map(([name, value]) => [name, String(value)]);
        const body = Buffer.concat(chunks);
        resolve({ status: statusCode, headers: Object.fromEntries(texts), body });
      });
      request.on("error", reject);
      request.on("timeout", () => request.destroy(new Error("The server did not answer in time.")));
      if (!isAnnounced) return request.end(body);
      // A server that refuses at once is sent nothing.
      const timer = setTimeout(() => request.end(body), continueMs);
      request.on("continue", () => request.end(body));
      request.on("response", () => clearTimeout(timer));
      return request.flushHeaders();
    });
  }
}

/** As JUCE writes it: a field per line, whole floats with `.0`. */
function jsonOf(asked: LoopRequest): string {
  const { prompt, bpm, key, model, sampleRate, generationDuration, imageBase64, keywords } = asked;
  const fields: [string, string][] = [
    ["prompt", juceText(prompt)],
    ["bpm", juceFloat(bpm)],
    ["key", juceText(key)],
    ...(model === undefined ? [] : [["model", juceText(model)] as [string, string]]),
    ["sample_rate", juceFloat(sampleRate)],
    ["generation_duration", juceFloat(generationDuration)],
  ];
  if (imageBase64 !== undefined) {
    fields.push(["use_image", "true"], ["image_base64", juceText(imageBase64)]);
  }
  if (keywords !== undefined) fields.push(["keywords", `[ ${keywords.map(juceText).join(", ")} ]`]);
  for (const [name, value] of Object.entries(asked.extra ?? {})) {
    fields.push([name, JSON.stringify(value)]);
  }
  return `{\n${fields.map(([name, text]) => `  "${name}": ${text}`).join(",\n")}\n}`;
}

const juceFloat = (value: number): string =>
  Number.isInteger(value) ? value.toFixed(1) : String(value);

/** Whatever is not ASCII is escaped. */
const juceText = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
