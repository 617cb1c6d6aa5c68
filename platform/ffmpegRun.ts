import { ChildProcess } from "node:child_process";
import { PassThrough, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import ffmpeg from "fluent-ffmpeg";
import { type PcmFormat, wavHeader } from "../domain/wav.js";
import { FfmpegError, type FfmpegLimits, ffmpegCommand, ffmpegError } from "./ffmpeg.js";

const reportLinesMax = 2_000;

export interface Decoded {
  /** Interleaved 16-bit little-endian samples at the rate of the input. */
  readonly pcm: Buffer;
  /** What FFmpeg printed, with the measurements of its filters. */
  readonly report: string;
}

/** One FFmpeg process for one file. It may be started before the file is there. */
export interface FfmpegRun {
  /**
   * Hands it the samples under a header of our own; once.
   * @throws FfmpegError
   */
  decode(format: PcmFormat, data: Uint8Array): Promise<Decoded>;
  hasEnded(): boolean;
  kill(): void;
}

export function startFfmpeg(limits: FfmpegLimits): FfmpegRun {
  const input = new PassThrough();
  const output = collector();
  const command = commandFor(limits, input, output.stream);
  let isKilled = false;
  let hasEnded = false;
  // The process begins a little later: what was killed before then dies at once.
  command.on("start", () => {
    if (isKilled) command.kill("SIGKILL");
  });
  const report = reportOf(command).finally(() => {
    hasEnded = true;
  });
  // Whoever asks for the report hears of a failure; a run that nobody used may fail in silence.
  report.catch(() => undefined);

  async function decode(format: PcmFormat, data: Uint8Array): Promise<Decoded> {
    const pcm = Buffer.allocUnsafe((data.length / format.bitsPerSample) * 16);
    output.collectInto(pcm);
    input.write(wavHeader(format, data.length));
    input.end(data);
    const [text] = await Promise.all([report, finished(output.stream)]);
    if (output.isFull()) return { pcm, report: text };
    throw new FfmpegError("FAILED", "FFmpeg wrote less audio than it was given.");
  }

  function kill(): void {
    isKilled = true;
    command.kill("SIGKILL");
  }

  return {
    decode: (format, data) => withinTime(limits.wallMs, kill, decode(format, data)),
    hasEnded: () => hasEnded,
    kill,
  };
}

async function withinTime<Value>(wallMs: number, kill: () => void, work: Promise<Value>) {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, wallMs);
  try {
    return await work;
  } catch (error) {
    if (timedOut) throw new FfmpegError("TOOK_TOO_LONG", `FFmpeg was stopped after ${wallMs} ms.`);
    throw error instanceof FfmpegError ? error : ffmpegError(error);
  } finally {
    clearTimeout(timer);
  }
}

function commandFor(limits: FfmpegLimits, input: PassThrough, output: Writable) {
  const { program, inputOptions, outputOptions } = ffmpegCommand(limits);
  const command = ffmpeg({ source: input, stdoutLines: reportLinesMax })
    .setFfmpegPath(program)
    .inputOptions([...inputOptions])
    .outputOptions([...outputOptions])
    .output(output);
  return Object.assign(command, knownCapabilities);
}

type Answer = (error: null, known: object) => void;

/** Otherwise fluent-ffmpeg starts FFmpeg twice more, to ask whether it knows what we use. */
const knownCapabilities = {
  availableFormats: (answer: Answer) =>
    answer(null, { wav: { canDemux: true }, s16le: { canMux: true } }),
  availableEncoders: (answer: Answer) => answer(null, {}),
};

function reportOf(command: ffmpeg.FfmpegCommand): Promise<string> {
  return new Promise((resolve, reject) => {
    command.on("start", () => {
      // fluent-ffmpeg's own listener throws when the program can't be started.
      const child: unknown = Reflect.get(command, "ffmpegProc");
      if (child instanceof ChildProcess) child.removeAllListeners("error").on("error", reject);
    });
    command.on("error", reject);
    command.on("end", (_stdout, stderr) => resolve(stderr ?? ""));
    command.run();
  });
}

/**
 * Takes exactly the bytes there should be, each copied once. It never emits "close": fluent-ffmpeg
 * takes that for a reader that hung up, and stops FFmpeg 20 ms later.
 */
function collector() {
  let bytes = Buffer.alloc(0);
  let length = 0;
  const stream = new Writable({
    autoDestroy: false,
    emitClose: false,
    write(chunk: Buffer, _encoding, done) {
      if (length + chunk.length > bytes.length) return done(new Error("FFmpeg writes too much."));
      length += chunk.copy(bytes, length);
      done();
    },
  });
  return {
    stream,
    collectInto: (target: Buffer<ArrayBuffer>) => {
      bytes = target;
    },
    isFull: () => length === bytes.length,
  };
}
