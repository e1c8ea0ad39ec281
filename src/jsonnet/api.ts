/**
 * The engine's contract with its one user, `src/compile/`. Nothing here knows of weir.
 *
 * An {@link Importer} owns paths and bytes; an engine parses each file once, compiles it once, and evaluates it as
 * often as asked. All results are plain JSON values.
 */

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A place in a Jsonnet file. Lines and columns count from 1; columns count code points (go-jsonnet counts bytes). */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A span: `place` is its start; the end is exclusive. */
export interface SourceSpan extends SourcePlace {
  readonly endLine: number;
  readonly endColumn: number;
}

/** One frame of an error's stack, innermost first: where, and in which function or field. */
export interface Frame {
  readonly span?: SourceSpan;
  /** go-jsonnet's words: "function <name>", "object <name>", "thunk <x> from <...>", "builtin function <std.x>". */
  readonly name?: string;
}

/** A static error, a runtime error or an exceeded limit. `message` reads like go-jsonnet's, without the prefix. */
export class JsonnetError extends Error {
  readonly kind: 'static' | 'runtime' | 'limit';
  readonly frames: readonly Frame[];
  /**
   * For a read of an argument that failed: the path in the arguments, root first. Known for a missing field and for an
   * array or object where something else was expected; a scalar does not know where it came from.
   */
  readonly argumentPath?: ArgumentPath;
  constructor(
    kind: 'static' | 'runtime' | 'limit',
    message: string,
    frames: readonly Frame[],
    argumentPath?: ArgumentPath,
  ) {
    super(message);
    this.name = 'JsonnetError';
    this.kind = kind;
    this.frames = frames;
    this.argumentPath = argumentPath;
  }
}

/** A path into the arguments: the argument's name, then keys and indices. */
export type ArgumentPath = readonly (string | number)[];

/**
 * What an evaluation observed of its arguments. Two argument sets that agree on every read of a run give the same
 * result.
 * - `type`: the type of the value at `path` ('absent' when the parent lacks it);
 * - `has`: whether the object at `path` has `key`;
 * - `keys`: the key list of the object at `path`;
 * - `length`: the length of the array, string or object at `path`;
 * - `scalar`: the scalar at `path`;
 * - `tree`: everything at and below `path`.
 */
export type ArgumentRead =
  | { readonly kind: 'type' | 'keys' | 'length' | 'scalar' | 'tree'; readonly path: ArgumentPath }
  | { readonly kind: 'has'; readonly path: ArgumentPath; readonly key: string };

/** Resolves and reads what `import`, `importstr` and `importbin` name. Both methods throw `Error` with a message for people. */
export interface Importer {
  /** The canonical name of `path` as written in `from` (a canonical name itself). Called once per (from, path). */
  resolve(from: string, path: string): string;
  /** The bytes of a canonical name. Called once per file. */
  read(name: string): Uint8Array;
}

/** Machine-independent bounds. Each has an error of kind `limit` that names the place. */
export interface Limits {
  /** Evaluation steps: calls, field forces, loop turns, and units of work inside built-ins. */
  readonly steps: number;
  /** Nested evaluations. go-jsonnet's `max stack` counts calls; so does this. */
  readonly depth: number;
  /** Bytes made: strings, arrays, objects, output. Built-ins charge by the size of what they make. */
  readonly bytes: number;
}

/** A function that Jsonnet calls by `std.native(name)`. Arguments arrive manifested; the result is JSON. Throwing an `Error` is a Jsonnet runtime error with that message. Must be pure. */
export interface NativeFunction {
  readonly parameters: readonly string[];
  call(...args: readonly JsonValue[]): JsonValue;
}

export interface EngineOptions {
  readonly importer: Importer;
  readonly limits?: Partial<Limits>;
  readonly natives?: Readonly<Record<string, NativeFunction>>;
  /** Files that exist without the importer, by the exact import path: `{'weir.libsonnet': text}`. */
  readonly builtinFiles?: Readonly<Record<string, string>>;
}

/** One import expression of a file's closure. */
export interface ImportEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'import' | 'importstr' | 'importbin';
  readonly span: SourceSpan;
}

/** Every file reached from an entry through imports, evaluated or not; built-in files are left out. */
export interface Closure {
  /** Canonical names, sorted, the entry included. */
  readonly files: readonly string[];
  readonly imports: readonly ImportEdge[];
  /** Syntax errors, unresolvable or non-literal imports, cycles of plain imports: all of them. */
  readonly errors: readonly JsonnetError[];
}

export interface Parameter {
  readonly name: string;
  readonly optional: boolean;
  readonly span: SourceSpan;
}

export interface EvaluateOptions {
  /** Ask for the place and the argument reads of every output node. Default false. */
  readonly trace?: boolean;
  /** External variables (`std.extVar`), as JSON values. Only for tests and conformance: compile passes none. */
  readonly externals?: Readonly<Record<string, JsonValue>>;
  /** External variables as Jsonnet code, evaluated when they are read. For `weir jsonnet --ext-code` and conformance. */
  readonly externalCode?: Readonly<Record<string, string>>;
  /** Further arguments of the top-level function as Jsonnet code. Nothing is recorded of them. For `--tla-code`. */
  readonly argumentCode?: Readonly<Record<string, string>>;
  /** Limits of this evaluation; defaults to the engine's. */
  readonly limits?: Partial<Limits>;
  /** Receives `std.trace` lines: `TRACE: file:line text`. */
  readonly onTrace?: (line: string) => void;
}

/** Where one output node came from. */
export interface NodeTrace {
  /** The expression that made the node. */
  readonly span: SourceSpan;
  /** The calls from the entry file to that expression, outermost first: call sites. */
  readonly calls: readonly SourceSpan[];
  /**
   * Argument paths that were read while this node was made: first for the node itself, then for the containers around
   * it, which decided that it exists, from the inside out. A path stands for all below it. A key that was asked for and
   * absent is listed too; that a path leads through a container is not.
   */
  readonly reads: readonly ArgumentPath[];
}

export interface Evaluation {
  /** May share parts with the values of other evaluations: not to be changed. */
  readonly value: JsonValue;
  readonly reads: readonly ArgumentRead[];
  /** By path of output keys and indices; present when asked for. Undefined for a path that does not exist. */
  readonly trace?: (path: readonly (string | number)[]) => NodeTrace | undefined;
}

export interface EngineContract {
  /** All files an entry needs, and everything statically wrong with them. Never throws a {@link JsonnetError}. */
  closure(entry: string): Closure;
  /** The parameters of the entry's top-level function, or undefined when the file is no function. Throws on syntax errors. */
  parameters(entry: string): readonly Parameter[] | undefined;
  /** Evaluates the entry, calls it with the named arguments when it is a function, and manifests the result. Throws {@link JsonnetError}. */
  evaluate(entry: string, args: Readonly<Record<string, JsonValue>>, options?: EvaluateOptions): Evaluation;
}
