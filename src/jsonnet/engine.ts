/**
 * The engine: files in, JSON values and what was read of the arguments out.
 *
 * To read it: `api.ts` is the contract; `lexer.ts` and `parser.ts` make the tree of `ast.ts`; `compile/` turns the tree
 * into functions over the frames that `compile/scope.ts` lays out; `values.ts` and `objects.ts` are what those functions
 * work with, `run.ts` what they may spend; `std/` is the library of the language; `tracking.ts` knows what is read of
 * arguments, `trace.ts` where output comes from, `files.ts` which file is which.
 */

import {
  type ArgumentRead,
  type Closure,
  type EngineContract,
  type EngineOptions,
  type EvaluateOptions,
  type Evaluation,
  JsonnetError,
  type JsonValue,
  type Limits,
  type Parameter,
} from './api.ts';
import { findClosure } from './closure.ts';
import { bindArguments } from './compile/functions.ts';
import { Files } from './files.ts';
import { standardLibrary } from './library.ts';
import { manifest } from './manifest.ts';
import { manifestTraced } from './manifest-traced.ts';
import { nativeFunctions } from './native.ts';
import { force } from './operators.ts';
import { DEFAULT_LIMITS, fail, forceThunk, run, stackOverflow, withFrame } from './run.ts';
import { exchangeHost, fromJson } from './runtime.ts';
import { newTrace, type Trace, tracer } from './trace.ts';
import { ArgumentNode, argumentThunk } from './tracking.ts';
import { JFunction, type Lazy, type Value } from './values.ts';

export class Engine implements EngineContract {
  private readonly files: Files;
  private readonly limits: Limits;
  private readonly natives: ReadonlyMap<string, JFunction>;

  constructor(options: EngineOptions) {
    this.files = new Files(options, standardLibrary);
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.natives = nativeFunctions(options.natives ?? {});
  }

  closure(entry: string): Closure {
    return findClosure(this.files, entry);
  }

  parameters(entry: string): readonly Parameter[] | undefined {
    return this.files.parameters(entry);
  }

  evaluate(entry: string, args: Readonly<Record<string, JsonValue>>, options: EvaluateOptions = {}): Evaluation {
    const roots = Object.entries(args).map(([name, value]) => new ArgumentNode(value, name));
    const { json, trace } = this.inRun(options, () => {
      const names = [...Object.keys(args), ...Object.keys(options.argumentCode ?? {})];
      const values = [
        ...roots.map(argumentThunk),
        ...Object.entries(options.argumentCode ?? {}).map(([name, text]) =>
          this.files.snippet(`<top-level-arg:${name}>`, text),
        ),
      ];
      const evaluate = (): Value => call(this.entryValue(entry, options), names, values);
      return run.trace ? this.outputTraced(run.trace, evaluate) : { json: manifestAt(evaluate()), trace: undefined };
    });
    const reads: ArgumentRead[] = [];
    for (const root of roots) root.collect(reads);
    return trace ? { value: json, reads, trace } : { value: json, reads };
  }

  /** The file's value. That of a function file closes over no argument, so evaluations share it like a library's. */
  private entryValue(entry: string, options: EvaluateOptions): Value {
    const shared = !isolated(options) && this.files.parameters(entry) !== undefined;
    const thunk = shared ? this.files.sharedInstance(entry) : this.files.instance(entry, false);
    try {
      return forceThunk(thunk);
    } catch (error) {
      throw withFrame(error, { name: 'During evaluation' });
    }
  }

  private outputTraced(
    trace: Trace,
    evaluate: () => Value,
  ): { json: JsonValue; trace: NonNullable<Evaluation['trace']> } {
    try {
      const { json, node } = manifestTraced(trace, evaluate);
      return { json, trace: tracer(node, (file) => !this.files.isBuiltin(file)) };
    } catch (error) {
      throw withFrame(error, { name: 'During manifestation' });
    }
  }

  private external(name: string, { externals, externalCode }: EvaluateOptions): Lazy | undefined {
    if (externals && Object.hasOwn(externals, name)) return fromJson(externals[name]!);
    if (externalCode && Object.hasOwn(externalCode, name)) {
      return this.files.snippet(`<extvar:${name}>`, externalCode[name]!);
    }
    return undefined;
  }

  /** Runs with this evaluation's limits and host, and leaves the state of the thread as it was. */
  private inRun<T>(options: EvaluateOptions, action: () => T): T {
    const saved = { ...run };
    const given = { ...this.limits, ...options.limits };
    const limits = options.trace ? tracedLimits(given) : given;
    Object.assign(run, {
      steps: 0,
      depth: 0,
      bytes: 0,
      maxSteps: limits.steps,
      maxDepth: limits.depth,
      maxBytes: limits.bytes,
      library: false,
      libraryLimits: this.limits,
      site: undefined,
      trace: options.trace ? newTrace() : undefined,
    });
    const externals = new Map<string, Lazy>();
    const host = exchangeHost({
      external: (name) => {
        const known = externals.get(name) ?? this.external(name, options);
        if (known !== undefined) externals.set(name, known);
        return known === undefined ? undefined : force(known);
      },
      native: (name) => this.natives.get(name),
      trace: options.onTrace ?? (() => {}),
    });
    const restore = isolated(options) ? this.files.isolate() : undefined;
    try {
      return action();
    } catch (error) {
      throw error instanceof JsonnetError ? error : (stackOverflow(error) ?? error);
    } finally {
      restore?.();
      exchangeHost(host);
      Object.assign(run, saved);
    }
  }
}

/** Following origins costs thunks and steps of its own, and what went well untraced must not fail for that. */
function tracedLimits({ steps, depth, bytes }: Limits): Limits {
  return { steps: 4 * steps, depth: 2 * depth, bytes: 4 * bytes };
}

/** Whether the evaluation shares no library value with others. */
function isolated(options: EvaluateOptions): boolean {
  return options.externals !== undefined || options.externalCode !== undefined || options.trace === true;
}

function call(value: Value, names: readonly string[], args: readonly Lazy[]): Value {
  if (!(value instanceof JFunction)) return value;
  try {
    return value.apply(bindArguments(value, [], names, args));
  } catch (error) {
    throw withFrame(error, { name: 'Top-level function call' });
  }
}

function manifestAt(value: Value): JsonValue {
  try {
    if (value instanceof JFunction) return fail("couldn't manifest function as JSON");
    return manifest(value);
  } catch (error) {
    throw withFrame(error, { name: 'During manifestation' });
  }
}
