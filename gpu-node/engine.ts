import type { MusicalKey, SampleRate, Stem } from "../domain/audio/music.js";

/** What a node asks of whatever makes its audio: the built-in synth, or a model on a GPU. */
export interface EngineRequest {
  /** The musician's own words: any language, any characters, not to be trusted. */
  readonly prompt: string;
  /** Quarter notes per minute, 20 to 300. */
  readonly bpm: number;
  /** Undefined leaves the choice to the engine. */
  readonly key: MusicalKey | undefined;
  /** Exact length of the result, in frames at `sampleRate`. */
  readonly frames: number;
  readonly sampleRate: SampleRate;
  /** Empty asks for the full mix, else only these parts sound. */
  readonly stems: readonly Stem[];
  /** An unsigned 32-bit integer. The same request and seed give the same bytes on any machine. */
  readonly seed: number;
}

export interface EngineResult {
  /** Interleaved stereo: left, right, left, right … */
  readonly pcm: Int16Array<ArrayBuffer>;
  /** The name of the model that made it, one of the engine's `models`. */
  readonly model: string;
  /** Of the prompt, as formatUnderstanding writes it; empty or undefined when it can't be told. */
  readonly understood?: string;
}

export interface GenerateOptions {
  readonly signal: AbortSignal;
  /** Called with growing fractions from 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

export interface Engine {
  readonly name: string;
  readonly models: readonly string[];
  readonly canRenderStems: boolean;
  /** Rejects with the signal's reason once it is aborted. */
  generate(request: EngineRequest, options: GenerateOptions): Promise<EngineResult>;
  /** Gives back what the engine holds: threads, memory of a GPU. Running work is aborted. */
  close(): Promise<void>;
}
