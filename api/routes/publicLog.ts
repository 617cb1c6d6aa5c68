import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { entriesUnder } from "../../domain/log/tiles.js";
import { publicLogPrefix } from "../../platform/config/publicLog.js";
import { checkpointPath } from "../../platform/publicLog/publicLogFiles.js";
import { readPublished } from "../../platform/publicLog/readTree.js";
import { codes, failures } from "../answers.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";

const checkpointSchema = {
  tags: ["public log"],
  summary: "The newest signed checkpoint of the public log (C2SP tlog-checkpoint)",
  errors: codes("NOT_FOUND"),
  response: {
    200: { description: "A signed note", content: { "text/plain": { schema: z.string() } } },
    ...failures,
  },
};
const tileSchema = {
  tags: ["public log"],
  summary: "A tile of the tree's hashes, or a bundle of entries (C2SP tlog-tiles)",
  params: z.object({ "*": z.string().max(64) }),
  errors: codes("NOT_FOUND"),
  response: {
    200: { description: "Bytes", content: { "application/octet-stream": { schema: z.any() } } },
    ...failures,
  },
};

/** What was signed changes by the hour; tiles and bundles never do, so they may be kept for ever. */
const shortly = "public, max-age=5";
const forEver = "public, max-age=31536000, immutable";

/** The public log as files, so that programs of others read and check it. */
export const publicLogRoutes: FastifyPluginAsyncZod<AppDependencies> = async (
  app,
  { publicLog },
) => {
  app.get(
    `${publicLogPrefix}/checkpoint`,
    { schema: checkpointSchema },
    async (_request, reply) => {
      const note = await publicLog.read(checkpointPath);
      if (note === undefined) throw new ApiError("NOT_FOUND", "Nothing was signed yet.");
      return reply
        .header("cache-control", shortly)
        .type("text/plain; charset=utf-8")
        .serializer((text: string) => text)
        .send(note.toString());
    },
  );
  app.get(`${publicLogPrefix}/tile/*`, { schema: tileSchema }, async (request, reply) => {
    const path = `tile/${request.params["*"]}`;
    const signed = (await readPublished(publicLog))?.size ?? 0;
    // What was not signed may still change, and must not be kept by anybody.
    const bytes =
      (entriesUnder(path) ?? Infinity) > signed ? undefined : await publicLog.read(path);
    if (bytes === undefined) {
      throw new ApiError(
        "NOT_FOUND",
        "There is no such tile. The checkpoint tells the tree's size.",
      );
    }
    return reply.header("cache-control", forEver).type("application/octet-stream").send(bytes);
  });
};
