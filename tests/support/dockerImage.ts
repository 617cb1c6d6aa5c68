import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { temporaryFolder } from "./temporaryFolder.js";

/**
 * What a Dockerfile of ours puts into /app, without Docker: its COPY lines and its bundling are carried
 * out, with the packages of this checkout. Returns the folder, and what Node starts in it.
 */
export function dockerImage(dockerfile: string) {
  const [, build = "", image = ""] = readFileSync(dockerfile, "utf8").split(/^FROM .*$/m);
  const buildFolder = temporaryFolder();
  symlinkSync(resolve("node_modules"), join(buildFolder, "node_modules"));
  copyAll(build, buildFolder, buildFolder);
  const [, bundle = ""] = /^RUN node (scripts\/build\/bundle\.mjs .*)$/m.exec(build) ?? [];
  const { status, stderr } = spawnSync(process.execPath, bundle.split(" "), { cwd: buildFolder });
  if (status !== 0) throw new Error(`${dockerfile}: ${stderr}`);

  const folder = temporaryFolder();
  copyAll(image, folder, buildFolder);
  const wordsOf = (name: string): string[] => {
    const [, list = "[]"] = new RegExp(`^${name} (\\[.*\\])$`, "m").exec(image) ?? [];
    return z.array(z.string()).parse(JSON.parse(list));
  };
  const entryPoint = wordsOf("ENTRYPOINT");
  return { folder, args: [...entryPoint.slice(entryPoint.indexOf("node") + 1), ...wordsOf("CMD")] };
}

/** `COPY from… to`, and `COPY --from=build /app/from to`. */
function copyAll(stage: string, folder: string, buildFolder: string): void {
  for (const [, isBuilt, paths = ""] of stage.matchAll(/^COPY (--from=build )?(.*)$/gm)) {
    const [to = "", ...from] = paths.split(" ").toReversed();
    for (const path of from) {
      const source = isBuilt ? join(buildFolder, path.replace(/^\/app\//, "")) : path;
      const target = to.endsWith("/") ? join(folder, to, path) : join(folder, to);
      cpSync(source, target, { recursive: true, verbatimSymlinks: true });
    }
  }
}
