/** Looks at every part, and has maintainers told. See `usage`. */
import { parseArgs } from "node:util";
import { openLedger } from "../commands/openLedger.js";
import { loadConfig } from "../platform/config/config.js";
import { createDiscordWebhook } from "../platform/discord.js";
import { createMailer } from "../platform/mailer.js";
import { systemClock } from "../platform/process/clock.js";
import { createLog } from "../platform/process/log.js";
import { openRedis } from "../platform/redis/connection.js";
import type { ReadTables } from "../projections/readTables.js";
import type { Health } from "../workers/health/checkHealth.js";
import { tellMaintainers } from "../workers/health/tellMaintainers.js";
import { watchHealth } from "../workers/health/watchHealth.js";
import { commonOptions, commonUsage } from "./money/ledgerTool.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";
import { toolEnvironment } from "./runningInstance.js";

const usage = `Looks at every part: servers and processes, how far behind the read models are, the disk, what waits,
silent nodes, the age of the last backup. Fails if something is not as it should be. The scheduler does the
same every minute; run this from elsewhere (such as cron) to hear of it when the scheduler itself is away.

  npm run health-monitor

${commonUsage}
What two looks in a row find is told once to ALERT_EMAIL and ALERT_DISCORD_WEBHOOK_URL, and once more when
it is over, by whichever looks first. While MySQL is away nothing is told: go by the exit code.
`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: commonOptions,
});

if (options.help) console.log(usage);
else await monitor();

async function monitor(): Promise<void> {
  refuseExtraWords(positionals, 0);
  const config = loadConfig(toolEnvironment({ dataDir: options.data, environment: process.env }));
  const { alerts, databaseUrl, blobUrl } = config;
  const opened = await openLedger<ReadTables>(config, { patience: "request" });
  const redis = openRedis(config.redisUrl, "request");
  const mailer = createMailer(config);
  const log = createLog({ name: "health-monitor", level: "fatal" }, process.stderr);
  const url = alerts.discordWebhookUrl;
  const webhook = url === undefined ? undefined : createDiscordWebhook(url);
  const deps = { ...opened, redis, mailer, log, webhook, databaseUrl, blobUrl, clock: systemClock };
  try {
    report(await watchHealth(deps));
    await tellMaintainers({ ...deps, mailTo: alerts.email });
  } finally {
    mailer.close();
    redis.disconnect();
    await opened.close();
  }
}

function report({ problems, figures }: Health): void {
  const found = Object.entries(problems);
  if (found.length > 0) process.exitCode = 1;
  if (options.json) {
    console.log(JSON.stringify({ healthy: found.length === 0, problems, figures }));
    return;
  }
  for (const [part, problem] of found) console.log(`PROBLEM ${part}: ${problem}`);
  for (const [name, value] of Object.entries(figures)) console.log(`${name}  ${value ?? "never"}`);
  if (found.length === 0) console.log("Everything is as it should be.");
}
