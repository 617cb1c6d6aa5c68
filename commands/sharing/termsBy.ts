import type { Terms } from "../../domain/sharing/terms.js";
import type { Config } from "../../platform/config/config.js";

/** The settings of today, as a distribution that begins with them stores them. */
export const termsBy =
  ({ ratios, reserve, giftMonthlyMax, payoutCurrencies }: Config["sharing"]) =>
  (currency: string): Terms => ({
    workers: ratios.workers,
    infrastructure: ratios.infrastructure,
    development: ratios.development,
    reserve,
    giftMonthlyMax: giftMonthlyMax(currency),
    ...(payoutCurrencies.has(currency) ? {} : { awaitsConversion: true as const }),
  });
