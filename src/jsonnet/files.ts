/** The files of a program: found, read, parsed and compiled once each. */

import { type EngineOptions, type ImportEdge, JsonnetError, type Parameter } from './api.ts';
import type { ImportNode, Node } from './ast.ts';
import type { Context, Loader, StandardLibrary } from './compile/context.ts';
import { compile } from './compile/expression.ts';
import { Scope } from './compile/scope.ts';
import { parse } from './parser.ts';
import { fail, run } from './run.ts';
import { Source } from './source.ts';
import { type Code, type Frame, JArray, Thunk, type Value } from './values.ts';

/** A parsed file, or what is wrong with it. */
export interface ParsedFile {
  readonly source: Source;
  readonly tree: Node | undefined;
  readonly imports: readonly ImportNode[];
  readonly error: JsonnetError | undefined;
}

interface CompiledFile {
  readonly code: Code;
  readonly size: number;
  readonly errors: readonly JsonnetError[];
}

const BUILTIN_PREFIX = '<builtin>/';

export class Files implements Loader {
  private readonly options: EngineOptions;
  private readonly std: StandardLibrary;
  private readonly bytes = new Map<string, Uint8Array>();
  private readonly resolved = new Map<string, string>();
  private readonly parsed = new Map<string, ParsedFile>();
  private readonly compiled = new Map<string, CompiledFile>();
  private readonly compiledTraced = new Map<string, CompiledFile>();
  private readonly shared = new Map<string, Thunk>();
  private readonly texts = new Map<string, string>();
  private readonly byteArrays = new Map<string, JArray>();
  /** Set while an evaluation has library values of its own. */
  private own: Map<string, Thunk> | undefined;

  constructor(options: EngineOptions, std: StandardLibrary) {
    this.options = options;
    this.std = std;
  }

  isBuiltin(name: string): boolean {
    return name.startsWith(BUILTIN_PREFIX);
  }

  /** The canonical name of an import; throws `Error` for people. */
  resolve(from: string, path: string): string {
    if (Object.hasOwn(this.options.builtinFiles ?? {}, path)) return BUILTIN_PREFIX + path;
    const key = `${from}\0${path}`;
    let name = this.resolved.get(key);
    if (name === undefined) {
      name = this.options.importer.resolve(from, path);
      this.resolved.set(key, name);
    }
    return name;
  }

  read(name: string): Uint8Array {
    let bytes = this.bytes.get(name);
    if (bytes === undefined) {
      bytes = this.isBuiltin(name)
        ? new TextEncoder().encode(this.options.builtinFiles![name.slice(BUILTIN_PREFIX.length)])
        : this.options.importer.read(name);
      this.bytes.set(name, bytes);
    }
    return bytes;
  }

  /** Throws `Error` when the file cannot be read; what is wrong inside is in the result. */
  parse(name: string): ParsedFile {
    let file = this.parsed.get(name);
    if (file === undefined) {
      file = parseBytes(name, this.read(name));
      this.parsed.set(name, file);
    }
    return file;
  }

  /** Everything statically wrong inside of one file. */
  staticErrors(name: string): readonly JsonnetError[] {
    const { error } = this.parse(name);
    return error ? [error] : this.compile(name).errors;
  }

  /** Traced code is compiled apart: the other knows nothing of traces. */
  private compile(name: string): CompiledFile {
    const traced = run.trace !== undefined;
    const table = traced ? this.compiledTraced : this.compiled;
    let compiled = table.get(name);
    if (compiled === undefined) {
      compiled = this.compileTree(name, this.parse(name), traced);
      table.set(name, compiled);
    }
    return compiled;
  }

  private compileTree(name: string, parsed: ParsedFile, traced: boolean): CompiledFile {
    if (!parsed.tree) throw parsed.error;
    const scope = Scope.file();
    const errors: JsonnetError[] = [];
    const file = {
      source: parsed.source,
      loader: this,
      std: this.std,
      stdObject: this.std.object(name),
      traced,
      errors,
    };
    const context: Context = { file, scope, words: '$', bind: 'anonymous', tail: false };
    const code = compileWhole(parsed.tree, context);
    return { code, size: scope.layout.size, errors };
  }

  /** The delayed value of a file; throws its static errors. `library` marks values that evaluations share. */
  instance(name: string, library: boolean): Thunk {
    const { code, size, errors } = this.compile(name);
    if (errors[0]) throw copyError(errors[0]);
    const frame: Frame = new Array(size);
    return new Thunk(code, frame, library);
  }

  /** The delayed value of a text that is no file; `name` is for messages. */
  snippet(name: string, text: string): Thunk {
    const parsed = parseText(new Source(name, text));
    if (!parsed.tree) throw parsed.error;
    const { code, size, errors } = this.compileTree(name, parsed, run.trace !== undefined);
    if (errors[0]) throw errors[0];
    return new Thunk(code, new Array(size), false);
  }

  /** The value of a file that all evaluations share. */
  sharedInstance(name: string): Thunk {
    let thunk = this.shared.get(name);
    if (!thunk) {
      // Not at the cost of whoever asks first.
      const { bytes } = run;
      thunk = this.instance(name, true);
      run.bytes = bytes;
      this.shared.set(name, thunk);
    }
    return thunk;
  }

  /** Lets imports give values that no other evaluation sees, until the function that is returned is called. */
  isolate(): () => void {
    const before = this.own;
    this.own = new Map();
    return () => {
      this.own = before;
    };
  }

  import(from: string, path: string): Thunk {
    const name = this.attempt(() => this.resolve(from, path));
    const thunk =
      this.own?.get(name) ?? this.attempt(() => (this.own ? this.instance(name, false) : this.sharedInstance(name)));
    this.own?.set(name, thunk);
    return thunk;
  }

  importText(from: string, path: string): string {
    const name = this.attempt(() => this.resolve(from, path));
    let text = this.texts.get(name);
    if (text === undefined) {
      text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.attempt(() => this.read(name)));
      this.texts.set(name, text);
    }
    return text;
  }

  importBytes(from: string, path: string): Value {
    const name = this.attempt(() => this.resolve(from, path));
    let array = this.byteArrays.get(name);
    if (array === undefined) {
      array = new JArray(Array.from(this.attempt(() => this.read(name))));
      this.byteArrays.set(name, array);
    }
    return array;
  }

  /** The importer's errors are errors of the program. */
  private attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (error instanceof JsonnetError || error instanceof RangeError) throw error;
      return fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** The parameters of the function that the file's value is, as far as the text shows it. */
  parameters(name: string): readonly Parameter[] | undefined {
    const { source, tree, error } = this.parse(name);
    if (!tree) throw copyError(error!);
    let node = tree;
    for (;;) {
      switch (node.kind) {
        case 'parens':
          node = node.inner;
          break;
        case 'local':
          node = node.body;
          break;
        case 'assert':
          node = node.rest;
          break;
        case 'import':
          return node.how === 'import' ? this.importedParameters(name, node.path) : undefined;
        case 'function':
          return node.parameters.map((parameter) => ({
            name: parameter.name,
            optional: parameter.default !== undefined,
            span: source.span(parameter.start, parameter.end),
          }));
        default:
          return undefined;
      }
    }
  }

  /** Those of an imported file. One that cannot be had, or imports itself, is for the evaluation to complain about. */
  private importedParameters(from: string, path: string): readonly Parameter[] | undefined {
    try {
      return this.parameters(this.resolve(from, path));
    } catch {
      return undefined;
    }
  }

  /** One import expression with what it names; throws `Error` for people when it names nothing. */
  edge(from: string, node: ImportNode): ImportEdge {
    const { source } = this.parse(from);
    return { from, to: this.resolve(from, node.path), kind: node.how, span: source.span(node.start, node.end) };
  }
}

/** A chain of operators is a tree as deep as it is long; one that is too deep for JavaScript's stack is refused. */
function compileWhole(tree: Node, context: Context): Code {
  try {
    return compile(tree, context);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = 'Expressions are nested too deeply';
    context.file.errors.push(context.file.source.staticError(message, tree.start, tree.start));
    return () => fail(message);
  }
}

function parseBytes(name: string, bytes: Uint8Array): ParsedFile {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const source = new Source(name, '');
    const error = source.staticError('The file is not valid UTF-8', 0, 0);
    return { source, tree: undefined, imports: [], error };
  }
  return parseText(new Source(name, text));
}

function parseText(source: Source): ParsedFile {
  const imports: ImportNode[] = [];
  try {
    return { source, tree: parse(source, imports), imports, error: undefined };
  } catch (error) {
    if (!(error instanceof JsonnetError)) throw error;
    return { source, tree: undefined, imports, error };
  }
}

/** Errors gain frames on their way out; one that is kept must not. */
function copyError(error: JsonnetError): JsonnetError {
  return new JsonnetError(error.kind, error.message, [...error.frames], error.argumentPath);
}
