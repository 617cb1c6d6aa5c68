/** Private servers whose supervisor is to be killed: `servingPrivately.ts <folder> <two ports>`. */
import { join } from "node:path";
import { prepareMariaDb } from "../../scripts/supervisor/mariaDb.js";
import { prepareRedis } from "../../scripts/supervisor/redis.js";
import { Supervisor } from "../../scripts/supervisor/supervisor.js";

const [folder = "", mariaDbPort, redisPort] = process.argv.slice(2);
const password = "a-password";
const supervisor = new Supervisor(folder, () => undefined);
const mariaDb = { folder: join(folder, "mariadb"), port: Number(mariaDbPort), password };
const redis = { folder: join(folder, "redis"), port: Number(redisPort), password };
await supervisor.start(prepareMariaDb({ ...mariaDb, durability: "fast" }));
await supervisor.start(prepareRedis(redis));
process.stdout.write("serving\n");
