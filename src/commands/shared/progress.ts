/** What a long command says while it works: one line that is written again on a terminal, plain lines elsewhere. */
import type { Io } from './io.ts';

export class Progress {
  readonly #io: Io;
  #shown = '';

  constructor(io: Io) {
    this.#io = io;
  }

  /** The state now; on a terminal alone. */
  show(text: string): void {
    if (this.#io.terminal !== true) return;
    const line = text.slice(0, Math.max(10, this.#io.columns - 1));
    if (line === this.#shown) return;
    this.#io.err(`\r${line.padEnd(this.#shown.length)}`);
    this.#shown = line;
  }

  /** A step that a log should have; on a terminal it is a state like any other. */
  announce(text: string): void {
    if (this.#io.terminal === true) this.show(text);
    else this.#io.err(`${text}\n`);
  }

  /** Leaves the terminal's line empty. */
  clear(): void {
    if (this.#shown !== '') this.#io.err(`\r${' '.repeat(this.#shown.length)}\r`);
    this.#shown = '';
  }
}
