/**
 * Everything that is started on its own, by the path of its source: what package.json and the
 * supervisor run, and what those start in turn (helper processes and threads).
 */
export const programs = [
  "api/main.ts",
  "eventstore/checking/checkProcess.ts",
  "eventstore/main.ts",
  "gpu-node/main.ts",
  "gpu-node/synth/renderThread.ts",
  "platform/audio/ffmpegHostMain.ts",
  "platform/keys/estimatorThread.ts",
  "projections/main.ts",
  "scripts/addDonation.ts",
  "scripts/amendDonation.ts",
  "scripts/backup.ts",
  "scripts/balances.ts",
  "scripts/cleanupWorkers.ts",
  "scripts/closeMonth.ts",
  "scripts/distribute.ts",
  "scripts/exportLedger.ts",
  "scripts/generateReport.ts",
  "scripts/healthMonitor.ts",
  "scripts/importDonations.ts",
  "scripts/initDb.ts",
  "scripts/mailCatcher.ts",
  "scripts/nodes.ts",
  "scripts/payout.ts",
  "scripts/payoutAccount.ts",
  "scripts/reconcile.ts",
  "scripts/replay.ts",
  "scripts/resetDailyQuotas.ts",
  "scripts/resetUserQuota.ts",
  "scripts/restore.ts",
  "scripts/start.ts",
  "scripts/supervisor/guardMain.ts",
  "scripts/takeBack.ts",
  "scripts/treasury.ts",
  "scripts/waiting.ts",
  "scripts/workerStats.ts",
  "workers/main.ts",
  "workers/schedulerMain.ts",
];

/** The same for those who work on the code. These need the sources, and the packages of developers. */
export const developerPrograms = [
  "scripts/attack.ts",
  "scripts/bench.ts",
  "scripts/chaos.ts",
  "scripts/check.ts",
  "scripts/ci.ts",
  "scripts/docsEvents.ts",
  "scripts/fix.ts",
  "scripts/fuzz.ts",
  "scripts/soak.ts",
  "scripts/test.ts",
  "tests/bench/eventStore/emptyServer.ts",
  "tests/bench/readyNodes.ts",
  "tests/bench/stripeSender.ts",
  "tests/chaos/points/victim.ts",
  "tests/chaos/product/load.ts",
  "tests/support/bootstrapped.ts",
];

/**
 * The name of a program's bundle, without ".mjs": all lie in one folder, so that each finds the others.
 * @param {string} source such as api/main.ts
 */
export const builtName = (source) => source.replace(/\.ts$/, "").replaceAll("/", "-");
