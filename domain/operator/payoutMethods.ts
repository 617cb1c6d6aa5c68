/** How an operator may be paid. `manual` is by agreement: a maintainer enters it. */
export const payoutMethods = ["stripe", "paypal", "sepa", "manual"] as const;
export type PayoutMethod = (typeof payoutMethods)[number];

/**
 * What shows that an account is to be paid:
 *
 *   owner-mail   the operator followed the link in a mail to the address of their own account
 *   paypal-mail  whoever reads the mail of the PayPal address followed the link there
 *   stripe       Stripe says that the account can be paid
 *   maintainer   a maintainer entered it, as was agreed
 */
export const payoutProofs = ["owner-mail", "paypal-mail", "stripe", "maintainer"] as const;
export type PayoutProof = (typeof payoutProofs)[number];

/** The first shows whose account it is: only by that one is it anybody's in the vault. */
const needed: Readonly<Record<PayoutMethod, readonly [PayoutProof, ...PayoutProof[]]>> = {
  stripe: ["stripe", "owner-mail"],
  paypal: ["paypal-mail", "owner-mail"],
  sepa: ["owner-mail"],
  manual: ["maintainer"],
};

export const proofsOf = (method: PayoutMethod): readonly PayoutProof[] => needed[method];

export const ownershipProofOf = (method: PayoutMethod): PayoutProof => needed[method][0];
