/** The versions in force. Registering accepts one of these by name; the ledger keeps which. */
export const userTermsVersion = "2026-11";
export const operatorTermsVersion = "2026-11";
