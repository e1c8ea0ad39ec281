/** What reading a YAML file gives, and how big one may be. */
import type { SourceFile } from '../model.ts';

/** Bounds of one file: far above what a person writes, far below what hurts. */
export const limits = {
  /** Bytes. */
  size: 1 << 18,
  /** Nested maps and lists. */
  depth: 64,
  /** Values after aliases are expanded. */
  nodes: 100_000,
  /** Syntax errors that are reported of one file: the rest mostly follow from the first. */
  syntaxErrors: 3,
} as const;

/** A YAML file as read, with what a check needs to say "quote it". */
export interface YamlFile extends SourceFile {
  /** Source text of plain scalars that are no strings (or are dates), by pointer. */
  readonly plain: ReadonlyMap<string, string>;
  /** Pointers of values that were refused while reading: they have been reported, do not judge them again. */
  readonly refused: ReadonlySet<string>;
}
