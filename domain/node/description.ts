import { z } from "zod";

/**
 * What a node says of itself is kept for ever and shown to everybody, so it is no place for a text of
 * its own: engine and GPU are chosen from lists, a version has the form of one, and what does not fit
 * is "other" or "unknown".
 */
const knownEngines = ["synth", "stable-audio"] as const;
const gpuVendors = ["nvidia", "amd", "intel", "apple", "other"] as const;
/** GB. A GPU is of the class that its memory is nearest to. */
const gpuMemoryClasses = [
  2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 192,
] as const;
const versionForm = /^\d{1,4}\.\d{1,4}\.\d{1,4}$/;

export const gpuSchema = z.object({
  vendor: z.enum(gpuVendors),
  memoryClassGb: z.literal([...gpuMemoryClasses]),
});
export type Gpu = z.infer<typeof gpuSchema>;

/** Nothing in it is worth money; it decides what work the node is offered. */
export const nodeDescriptionSchema = z.object({
  engine: z.enum([...knownEngines, "other"]),
  softwareVersion: z.string().regex(/^(\d{1,4}\.\d{1,4}\.\d{1,4}|unknown)$/),
  models: z.array(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,47}$/)).max(16),
  stems: z.boolean(),
  audioMsMax: z.int().min(1000).max(60_000),
  sampleRateMax: z.int().min(8000).max(384_000),
  gpu: gpuSchema.nullable(),
});
export type NodeDescription = z.infer<typeof nodeDescriptionSchema>;

/** In the node's own words, as it registers. */
export interface NodeWords {
  readonly engine: string;
  readonly softwareVersion: string;
  readonly gpu: { readonly name: string; readonly memoryMb: number } | null;
}

/** Total: whatever the words are, they come down to what may be kept. */
export const describedBy = ({ engine, softwareVersion, gpu }: NodeWords) => ({
  engine: knownEngines.find((known) => known === engine) ?? ("other" as const),
  softwareVersion: versionForm.test(softwareVersion) ? softwareVersion : "unknown",
  gpu: gpu && { vendor: vendorOf(gpu.name), memoryClassGb: memoryClassOf(gpu.memoryMb) },
});

/** In this order: "A770" is Intel's, and would be NVIDIA's without a name before it. */
const vendorForms: readonly (readonly [Gpu["vendor"], RegExp])[] = [
  ["amd", /\bamd\b|radeon|instinct|\brx ?\d|\bmi\d{2,3}/i],
  ["intel", /\bintel\b|\barc\b/i],
  ["apple", /\bapple\b|^m\d\b/i],
  ["nvidia", /nvidia|geforce|quadro|tesla|\b[gr]tx\b|\b[ahlv]\d{2,3}s?\b/i],
];

const vendorOf = (name: string): Gpu["vendor"] =>
  vendorForms.find(([, form]) => form.test(name))?.[0] ?? "other";

function memoryClassOf(memoryMb: number): Gpu["memoryClassGb"] {
  const distance = (gb: number): number => Math.abs(gb - memoryMb / 1024);
  return gpuMemoryClasses.reduce((best, gb) => (distance(gb) < distance(best) ? gb : best));
}
