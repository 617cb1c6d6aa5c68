/** The streams that a reaction of a test was given, in order; a test waits until one was. */
export class SeenStreams {
  readonly streams: string[] = [];
  #wake: () => void = () => undefined;

  note(stream: string): void {
    this.streams.push(stream);
    this.#wake();
  }

  async saw(stream: string): Promise<void> {
    while (!this.streams.includes(stream)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
