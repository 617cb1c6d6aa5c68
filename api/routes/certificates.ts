import type { IncomingMessage } from "node:http";
import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { load } from "../../commands/handle.js";
import { certificateClaimsSchema } from "../../domain/audio/certificate.js";
import { durationSecondsMax, sampleRates } from "../../domain/audio/music.js";
import { generationDecider } from "../../domain/generation/decider.js";
import {
  type CertificateVerdict,
  verifyCertificate,
  verifyCertifiedWav,
} from "../../platform/keys/certificates.js";
import { AudioHash, type CertifiedAudio } from "../../platform/keys/certifiedAudio.js";
import { findCertificate } from "../../projections/generations/queries.js";
import { codes, failures, ok, success } from "../answers.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";
import { bodyTooLarge, lengthOf, readPieces } from "../traffic/readBody.js";
import { keySetAnswer, readKeySet } from "./keySet.js";

/** 16-bit stereo of the longest loop at the highest rate, and its chunks. */
const wavBytesMax = durationSecondsMax * Math.max(...sampleRates) * 4 + 64 * 1024;

const verdictAnswer = z.object({
  valid: z.boolean(),
  /** Why not: see the documentation of certificates. */
  reason: z.string().optional(),
  claims: certificateClaimsSchema.optional(),
});

const tags = ["certificates"];

const publicKeySchema = {
  tags,
  summary: "The keys that certificates are signed with, as a JWK set",
  response: { 200: success(keySetAnswer) },
};

const oneSchema = {
  tags,
  summary: "The certificate of a generation",
  params: z.object({ id: z.uuid() }),
  errors: codes("NOT_FOUND"),
  response: { 200: success(z.object({ certificate: z.string() })), ...failures },
};

const verifySchema = {
  tags,
  summary: "Verify a certificate (JSON), or a WAV file by the audio in it",
  description: "Send `{certificate}` as JSON, or a file as audio/wav.",
  errors: codes("INVALID_REQUEST"),
  bodies: { "application/json": "json", "audio/wav": "file" } as const,
  response: { 200: success(verdictAnswer), ...failures },
};

export const certificateRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  app.addContentTypeParser("audio/wav", async (request: FastifyRequest) => hashAudio(request.raw));
  app.get("/certificate/public-key", { schema: publicKeySchema }, async (_request, reply) =>
    ok(await readKeySet(deps, reply)),
  );

  app.get("/certificates/:id", { schema: oneSchema }, async ({ params }) => {
    const certificate = await certificateOf(deps, params.id);
    if (certificate === undefined) throw new ApiError("NOT_FOUND", "There is no such certificate.");
    return ok({ certificate });
  });

  app.post(
    "/certificate/verify",
    { schema: verifySchema, config: { limit: "verify" } },
    async ({ body }) => {
      if (body instanceof HashedFile) return ok(answerOf(await verifyFile(deps, body)));
      const { certificate } = readBody(body);
      const keySet = await deps.publishedKeys.keySet();
      return ok(answerOf(await verifyCertificate(certificate, keySet)));
    },
  );
};

/** Whoever asks the moment the audio arrives may be faster than the read model: the ledger knows it. */
async function certificateOf(
  { readDb, ledger }: AppDependencies,
  generationId: string,
): Promise<string | undefined> {
  const found = await findCertificate(readDb, { generationId });
  if (found !== undefined) return found;
  const { state } = await load(ledger.store, generationDecider, { generationId });
  const isCompleted = state.status === "closed" && state.end.type === "GenerationCompleted";
  return isCompleted ? state.end.data.private.certificate : undefined;
}

const jsonBody = z.object({ certificate: z.string().min(1).max(8192) });

function readBody(body: unknown): z.infer<typeof jsonBody> {
  const read = jsonBody.safeParse(body);
  if (read.success) return read.data;
  const message = "Send a certificate as JSON {certificate}, or a file as audio/wav.";
  throw new ApiError("INVALID_CERTIFICATE", message, { field: "certificate" });
}

/** What is known of a file once it has come by: it is hashed piece by piece, and nothing is kept. */
class HashedFile {
  readonly audio: CertifiedAudio | undefined;

  constructor(audio: CertifiedAudio | undefined) {
    this.audio = audio;
  }
}

async function hashAudio(payload: IncomingMessage): Promise<HashedFile> {
  const hash = new AudioHash();
  if ((lengthOf(payload) ?? 0) > wavBytesMax) throw bodyTooLarge();
  let bytes = 0;
  await readPieces(payload, (piece) => {
    bytes += piece.length;
    if (bytes > wavBytesMax) throw bodyTooLarge();
    hash.push(piece);
  });
  return new HashedFile(hash.end());
}

/** A file that lost its own certificate is still recognised by the hash of its audio. */
async function verifyFile(
  deps: AppDependencies,
  { audio }: HashedFile,
): Promise<CertificateVerdict> {
  const keySet = await deps.publishedKeys.keySet();
  const verdict = await verifyCertifiedWav(audio, keySet);
  if (audio === undefined || verdict.valid || verdict.fault !== "NO_CERTIFICATE") return verdict;
  const { audioSha256 } = audio;
  const certificate = await findCertificate(deps.readDb, { audioSha256 });
  return certificate === undefined ? verdict : verifyCertificate(certificate, keySet);
}

const answerOf = (verdict: CertificateVerdict): z.infer<typeof verdictAnswer> =>
  verdict.valid
    ? { valid: true, claims: { ...verdict.claims } }
    : { valid: false, reason: verdict.fault };
