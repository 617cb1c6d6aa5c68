import { z } from "zod";
import { defineEvent, type EventOf, sealedSchema } from "../message.js";
import { instantSchema } from "../time.js";

export const userStream = (userId: string): string => `user-${userId}`;

const about = { userId: z.uuid(), at: instantSchema };

export const userEvents = [
  defineEvent("UserRegistered", {
    about: "Somebody asked for an account and accepted these terms. The address is not proved yet.",
    public: {},
    private: { ...about, termsVersion: z.string() },
    sealed: {
      email: sealedSchema,
      username: sealedSchema,
      passwordHash: sealedSchema,
      firstName: sealedSchema.optional(),
      lastName: sealedSchema.optional(),
    },
  }),
  defineEvent("EmailVerified", {
    about: "The owner of the address followed the link in the mail.",
    public: {},
    private: about,
    sealed: {},
  }),
  defineEvent("ProfileUpdated", {
    about: "The names a user gave, as they are from now on.",
    public: {},
    private: about,
    sealed: { firstName: sealedSchema.optional(), lastName: sealedSchema.optional() },
  }),
  defineEvent("PasswordChanged", {
    about: "A new password is in force.",
    public: {},
    private: about,
    sealed: { passwordHash: sealedSchema },
  }),
  defineEvent("ApiKeyIssued", {
    about: "A key for the plugin. Only its SHA-256 is kept.",
    public: {},
    private: {
      ...about,
      keyId: z.uuid(),
      keyHash: z.string().regex(/^[0-9a-f]{64}$/),
      prefix: z.string().regex(/^[0-9a-f]{6}$/),
    },
    sealed: { name: sealedSchema },
  }),
  defineEvent("ApiKeyRevoked", {
    about: "A key that opens nothing any more.",
    public: {},
    private: { ...about, keyId: z.uuid() },
    sealed: {},
  }),
  defineEvent("UserErased", {
    about: "The account ended. The keys that open what is sealed about the person are destroyed.",
    public: {},
    private: { ...about, reason: z.enum(["asked", "never-verified", "never-registered"]) },
    sealed: {},
  }),
] as const;
export type UserEvent = EventOf<(typeof userEvents)[number]>;
