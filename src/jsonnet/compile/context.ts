/** What the compiler knows at one place of a file. */

import type { JsonnetError, SourceSpan } from '../api.ts';
import type { JObject } from '../objects.ts';
import type { Site } from '../run.ts';
import type { Source } from '../source.ts';
import type { Builtin } from '../std/contract.ts';
import type { Frame, Lazy, Thunk, Value } from '../values.ts';
import type { Scope } from './scope.ts';

/** Gives the files that import expressions name. Errors are thrown as {@link JsonnetError} without a place. */
export interface Loader {
  import(from: string, path: string): Thunk;
  importText(from: string, path: string): string;
  importBytes(from: string, path: string): Value;
}

/** The standard library as the compiler sees it: calls of `std.f` are bound when the program is compiled. */
export interface StandardLibrary {
  builtin(name: string): Builtin | undefined;
  /** The value of `std` in one file. */
  object(file: string): JObject;
}

export interface FileContext {
  readonly source: Source;
  readonly loader: Loader;
  readonly std: StandardLibrary;
  readonly stdObject: JObject;
  /** Follow origins and reads: see `trace.ts`. */
  readonly traced: boolean;
  /** Static errors, in order of discovery. */
  readonly errors: JsonnetError[];
}

export interface Context {
  readonly file: FileContext;
  readonly scope: Scope;
  /** go-jsonnet's words for the surroundings: "$", "function <f>", "object <o>", "thunk <x> from <$>". */
  readonly words: string;
  /** The variable that the expression is bound to, for the words of what is inside. */
  readonly bind: string;
  /** The value of this expression is the value of the function body that it stands in. */
  readonly tail: boolean;
}

export const ANONYMOUS = 'anonymous';

/** Makes what stands for an expression that is evaluated later, if at all. */
export type Delayed = (frame: Frame) => Lazy;

export interface Spanned {
  readonly start: number;
  readonly end: number;
}

class CodeSite implements Site {
  private readonly source: Source;
  private readonly start: number;
  private readonly end: number;
  readonly name: string | undefined;
  constructor(source: Source, node: Spanned, name: string | undefined) {
    this.source = source;
    this.start = node.start;
    this.end = node.end;
    this.name = name;
  }
  get span(): SourceSpan {
    return this.source.span(this.start, this.end);
  }
}

export function siteOf(node: Spanned, context: Context, name: string | undefined = context.words): Site {
  return new CodeSite(context.file.source, node, name);
}

/** Records a static error. */
export function report(message: string, node: Spanned, context: Context): void {
  context.file.errors.push(context.file.source.staticError(message, node.start, node.end));
}

/** An operand: evaluated at once, in the same surroundings, and its value is not the function's. */
export function operand(context: Context): Context {
  return context.tail || context.bind !== ANONYMOUS ? { ...context, tail: false, bind: ANONYMOUS } : context;
}

/** An argument or element: evaluated later. */
export function delayedContext(context: Context): Context {
  return { ...context, tail: false, bind: ANONYMOUS, words: `thunk from <${context.words}>` };
}
