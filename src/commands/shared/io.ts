/** What a command gets from the outside: only `cli.ts` knows the process. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard output: what was asked for. */
  readonly out: (text: string) => void;
  /** Standard error: progress, warnings, errors. */
  readonly err: (text: string) => void;
  /** Width of the terminal; 100 where there is none. */
  readonly columns: number;
  /** Whether standard output wants colour. */
  readonly color: boolean;
  /** Whether standard error is a terminal, where one line can show progress by being written again. */
  readonly terminal?: boolean;
}

/** 0: clean. 1: findings, stale output, or bad input. 2: wrong usage or our own fault. */
export type ExitStatus = 0 | 1 | 2;
