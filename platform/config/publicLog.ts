import { application } from "./application.js";
import { text } from "./environment.js";
import { keyFile } from "./keys.js";
import { combine, setting } from "./settings.js";

/** Where the public log is served, below the server's own origin. */
export const publicLogPrefix = "/log";

const originForm = /^[a-z0-9.-]+(:\d{1,5})?(\/[A-Za-z0-9._-]+)*$/;

export const publicLog = {
  /** Without it nothing is signed. */
  checkpointKeyFile: setting("CHECKPOINT_KEY_FILE", keyFile.optional()),
  /**
   * The log's name for ever: its address without the scheme. Where none is set, that follows from APP_URL.
   */
  origin: combine(
    {
      appUrl: application.appUrl,
      chosen: setting("LEDGER_ORIGIN", text("an address without its scheme").optional()),
    },
    ({ appUrl, chosen }, complain) => {
      const origin = chosen ?? `${new URL(appUrl).host}${publicLogPrefix}`;
      if (!originForm.test(origin)) complain("chosen", "must be an address without its scheme");
      return origin;
    },
  ),
};
