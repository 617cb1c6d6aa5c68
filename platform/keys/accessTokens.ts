import { jwtVerify, SignJWT } from "jose";
import { JOSEError } from "jose/errors";
import { epochMs, type Instant } from "../../domain/time.js";

export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
}

export interface AccessTokens {
  readonly seconds: number;
  issue(claims: AccessClaims, at: Instant): Promise<string>;
  /** Undefined for anything that is not a token of ours in force at this instant. */
  verify(token: string, at: Instant): Promise<AccessClaims | undefined>;
}

const algorithm = "HS256";
const type = "at+jwt";
const audience = "obsidian-api";

/** RFC 9068 in form. The algorithm is pinned, and a session is looked up beside it on every call. */
export function createAccessTokens(options: {
  readonly secret: string;
  readonly issuer: string;
  readonly seconds: number;
}): AccessTokens {
  const { issuer, seconds } = options;
  const key = new TextEncoder().encode(options.secret);
  return {
    seconds,
    issue({ userId, sessionId }, at) {
      const issuedAt = Math.floor(epochMs(at) / 1000);
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: algorithm, typ: type })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + seconds)
        .sign(key);
    },
    async verify(token, at) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [algorithm],
          typ: type,
          issuer,
          audience,
          requiredClaims: ["sub", "sid", "exp"],
          currentDate: new Date(at),
        });
        const { sub, sid } = payload;
        if (sub === undefined || typeof sid !== "string") return undefined;
        return { userId: sub, sessionId: sid };
      } catch (error) {
        if (error instanceof JOSEError) return undefined;
        throw error;
      }
    },
  };
}
