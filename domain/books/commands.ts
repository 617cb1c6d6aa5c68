import type { Instant } from "../time.js";

export type BooksCommand =
  | { readonly type: "OpenLedger"; readonly ledgerId: string; readonly at: Instant }
  | { readonly type: "CloseMonth"; readonly month: string; readonly at: Instant };
