import { z } from "zod";
import { defineEvent, type EventOf, sealedText } from "../message.js";
import { sha256Schema } from "../sha256.js";
import { text } from "../texts.js";
import { instantSchema } from "../time.js";

export const userStream = (userId: string): string => `user-${userId}`;

const about = { userId: z.uuid(), at: instantSchema };

export const userEvents = [
  defineEvent("UserRegistered", {
    about: "Somebody registered and accepted these terms. The e-mail address is not verified yet.",
    public: {},
    private: { ...about, termsVersion: text(32) },
    sealed: {
      email: sealedText(254),
      username: sealedText(100),
      passwordHash: sealedText(512),
      firstName: sealedText(100).optional(),
      lastName: sealedText(100).optional(),
    },
  }),
  defineEvent("EmailVerified", {
    about: "The owner of the e-mail address followed the link in the mail.",
    public: {},
    private: about,
    sealed: {},
  }),
  defineEvent("ProfileUpdated", {
    about: "The user changed their names. These are the new ones.",
    public: {},
    private: about,
    sealed: { firstName: sealedText(100).optional(), lastName: sealedText(100).optional() },
  }),
  defineEvent("PasswordChanged", {
    about: "The user set a new password.",
    public: {},
    private: about,
    sealed: { passwordHash: sealedText(512) },
  }),
  defineEvent("ApiKeyIssued", {
    about: "The user got an API key for the plugin. Only its SHA-256 is kept.",
    public: {},
    private: {
      ...about,
      keyId: z.uuid(),
      keyHash: sha256Schema,
      prefix: z.string().regex(/^[0-9a-f]{6}$/),
    },
    sealed: { name: sealedText(100) },
  }),
  defineEvent("ApiKeyRevoked", {
    about: "An API key was revoked and no longer works.",
    public: {},
    private: { ...about, keyId: z.uuid() },
    sealed: {},
  }),
  defineEvent("UserErased", {
    about:
      "The account was erased. The keys that open what is sealed about the person are destroyed.",
    public: {},
    private: {
      ...about,
      reason: z.enum(["asked", "never-verified", "never-registered"]),
      /** True for who never had a node: nobody paid them, so no law asks to keep where. */
      wasNoPayee: z.literal(true).optional(),
    },
    sealed: {},
  }),
] as const;
export type UserEvent = EventOf<(typeof userEvents)[number]>;
