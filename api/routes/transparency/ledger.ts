import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { checkpointText } from "../../../domain/log/checkpoint.js";
import { entryHash } from "../../../domain/log/merkle.js";
import { tileWidth } from "../../../domain/log/tiles.js";
import { consistencyPath, type EntryRange, inclusionPath } from "../../../domain/log/treeShape.js";
import { readEntries, readPublished, rootOfRange } from "../../../platform/publicLog/readTree.js";
import { codes, failures, ok, success } from "../../answers.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";

type PublicLog = AppDependencies["publicLog"];

const place = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** A page of entries: it falls into as many bundles as it takes. */
const pageMax = 10_000;

const checkpointAnswer = z.object({
  origin: z.string(),
  size: z.int(),
  root: z.string(),
  text: z.string(),
  note: z.string(),
});
const proofAnswer = z.object({ size: z.int(), proof: z.array(z.string()) });
const inclusionAnswer = proofAnswer.extend({ index: z.int(), entry_hash: z.string() });
const consistencyAnswer = proofAnswer.extend({ from: z.int() });

const tags = ["transparency"];
const errors = codes("NOT_FOUND");
const sized = z.object({ size: place.optional() });
const schemas = {
  checkpoint: {
    tags,
    summary: "The newest checkpoint of the public log: its size, its root and its signature",
    errors,
    response: { 200: success(checkpointAnswer), ...failures },
  },
  entries: {
    tags,
    summary: "Entries of the public log, one a line, from one index up to and without another",
    querystring: z.object({ from: place.default(0), to: place.optional() }),
    errors,
    response: {
      200: { description: "Entries", content: { "application/x-ndjson": { schema: z.any() } } },
      ...failures,
    },
  },
  inclusion: {
    tags,
    summary: "What shows that an entry is in the log (RFC 9162, 2.1.3)",
    querystring: sized.extend({ index: place }),
    errors,
    response: { 200: success(inclusionAnswer), ...failures },
  },
  consistency: {
    tags,
    summary: "What shows that the log begins with an older one (RFC 9162, 2.1.4)",
    querystring: sized.extend({ from: place }),
    errors,
    response: { 200: success(consistencyAnswer), ...failures },
  },
};

/** The public log for people and programs that want JSON; all of it is read from the log's files. */
export const ledgerRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, { publicLog }) => {
  app.get("/transparency/ledger/checkpoint", { schema: schemas.checkpoint }, async (_, reply) => {
    const { origin, size, root, extensions, note } = await published(publicLog);
    const text = checkpointText({ origin, size, root, extensions });
    soon(reply);
    return ok({ origin, size, root: root.toString("base64"), text, note });
  });
  app.get("/transparency/ledger", { schema: schemas.entries }, async (request, reply) => {
    const { size } = await published(publicLog);
    const { from, to = size } = request.query;
    const end = Math.max(from, Math.min(to, size, from + pageMax));
    soon(reply);
    const wanted = Math.min(to, size);
    const rest = request.query.to === undefined ? "" : `&to=${to}`;
    const next = `/api/v1/transparency/ledger?from=${end}${rest}`;
    if (end < wanted) reply.header("link", `<${next}>; rel="next"`);
    return reply
      .type("application/x-ndjson")
      .send(Readable.from(linesOf(publicLog, { start: from, end }, size)));
  });
  app.get(
    "/transparency/ledger/proof/inclusion",
    { schema: schemas.inclusion },
    async (request) => {
      const { index } = request.query;
      const { signed, size } = await sizesOf(publicLog, request.query.size);
      if (index >= size)
        throw new ApiError("NOT_FOUND", `The log of ${signed} entries has none at this index.`);
      const entries = await readEntries(publicLog, { start: index, end: index + 1 }, signed);
      const [hash] = entries.map((entry) => entryHash(entry).toString("base64"));
      const proof = await rootsOf(publicLog, inclusionPath(index, size), signed);
      return ok({ index, size, entry_hash: hash ?? "", proof });
    },
  );
  app.get(
    "/transparency/ledger/proof/consistency",
    { schema: schemas.consistency },
    async (request) => {
      const { from } = request.query;
      const { signed, size } = await sizesOf(publicLog, request.query.size);
      if (from > size) {
        throw new ApiError("NOT_FOUND", `The log of ${signed} entries is shorter than this.`);
      }
      const proof = await rootsOf(publicLog, consistencyPath(from, size), signed);
      return ok({ from, size, proof });
    },
  );
};

/** It changes by the hour. */
const soon = (reply: FastifyReply) => reply.header("cache-control", "public, max-age=5");

async function published(publicLog: PublicLog) {
  const found = await readPublished(publicLog);
  if (found === undefined) throw new ApiError("NOT_FOUND", "Nothing was signed yet.");
  return found;
}

/** Any size up to the newest has its proofs, read from the tiles of the newest. */
async function sizesOf(publicLog: PublicLog, wanted: number | undefined) {
  const { size: signed } = await published(publicLog);
  const size = wanted ?? signed;
  if (size <= signed) return { signed, size };
  throw new ApiError("NOT_FOUND", `The newest checkpoint is of ${signed} entries.`);
}

async function rootsOf(
  publicLog: PublicLog,
  path: readonly EntryRange[],
  signed: number,
): Promise<string[]> {
  const roots: string[] = [];
  for (const range of path) {
    roots.push((await rootOfRange(publicLog, range, signed)).toString("base64"));
  }
  return roots;
}

/** A bundle at a time, as fast as it is read: no page is in memory as a whole. */
async function* linesOf(publicLog: PublicLog, { start, end }: EntryRange, size: number) {
  for (let from = start; from < end; ) {
    const to = Math.min(end, (Math.floor(from / tileWidth) + 1) * tileWidth);
    const entries = await readEntries(publicLog, { start: from, end: to }, size);
    yield entries.map((entry) => `${entry}\n`).join("");
    from = to;
  }
}
