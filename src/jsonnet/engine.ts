/** The engine: files in, JSON values and what was read of the arguments out. */

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
import { nativeFunctions } from './native.ts';
import { DEFAULT_LIMITS, fail, forceThunk, run, stackOverflow, withFrame } from './run.ts';
import { exchangeHost, fromJson } from './runtime.ts';
import { ArgumentNode, argumentThunk } from './tracking.ts';
import { JFunction, type Value } from './values.ts';

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
    const value = this.inRun(options, () => manifestAt(this.call(this.entryValue(entry, options), args, roots)));
    const reads: ArgumentRead[] = [];
    for (const root of roots) root.collect(reads);
    return { value, reads };
  }

  /** The file's value. That of a function file closes over no argument, so evaluations share it like a library's. */
  private entryValue(entry: string, options: EvaluateOptions): Value {
    const shared = options.externals === undefined && this.files.parameters(entry) !== undefined;
    const thunk = shared ? this.files.sharedInstance(entry) : this.files.instance(entry, false);
    try {
      return forceThunk(thunk);
    } catch (error) {
      throw withFrame(error, { name: 'During evaluation' });
    }
  }

  private call(value: Value, args: Readonly<Record<string, JsonValue>>, roots: readonly ArgumentNode[]): Value {
    if (!(value instanceof JFunction)) return value;
    try {
      return value.apply(bindArguments(value, [], Object.keys(args), roots.map(argumentThunk)));
    } catch (error) {
      throw withFrame(error, { name: 'Top-level function call' });
    }
  }

  /** Runs with this evaluation's limits and host, and leaves the state of the thread as it was. */
  private inRun<T>(options: EvaluateOptions, action: () => T): T {
    const saved = { ...run };
    const limits = { ...this.limits, ...options.limits };
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
    });
    const externals = options.externals;
    const host = exchangeHost({
      external: (name) => (externals && Object.hasOwn(externals, name) ? fromJson(externals[name]!) : undefined),
      native: (name) => this.natives.get(name),
      trace: options.onTrace ?? (() => {}),
    });
    const restore = externals ? this.files.isolate() : undefined;
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

function manifestAt(value: Value): JsonValue {
  try {
    if (value instanceof JFunction) return fail("couldn't manifest function as JSON");
    return manifest(value);
  } catch (error) {
    throw withFrame(error, { name: 'During manifestation' });
  }
}
