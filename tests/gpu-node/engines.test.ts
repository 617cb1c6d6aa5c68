import { expect, it } from "vitest";
import { modelsOffered, openEngine } from "../../gpu-node/engines.js";

it("an engine that does not exist is refused, with the names of those that do", () => {
  for (const name of ["synht", "constructor"]) {
    expect(() => openEngine(name)).toThrow("NODE_ENGINE must be one of synth.");
  }
});

it("a node offers what its operator names, or all, and refuses a model that its engine lacks", async () => {
  const engine = openEngine("synth");
  const [model = ""] = engine.models;
  expect(modelsOffered(engine, [])).toEqual(engine.models);
  expect(modelsOffered(engine, [model])).toEqual([model]);
  expect(() => modelsOffered(engine, [model, "musicgne"])).toThrow(
    `NODE_MODELS must be models of the engine synth: ${engine.models.join(", ")}.`,
  );
  await engine.close();
});
