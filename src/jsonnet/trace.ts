/**
 * Where output comes from. A traced evaluation keeps, beside every memoised value, an {@link Origin} (the expression
 * that made the value, and the calls that led there) and a {@link Collector} (the arguments that were read meanwhile).
 *
 * Both follow the values: evaluating an expression leaves its origin in `trace.origin`; an expression that only passes
 * a value on (a variable, a branch, a call) leaves the origin that it found. What is read is noted in the collector of
 * the innermost delayed value that is being forced, and whoever uses a forced value takes over its collector. Code for
 * traced evaluations is compiled apart, so that others pay nothing.
 */

import type { ArgumentPath, JsonObject, JsonValue, NodeTrace, SourceSpan } from './api.ts';
import { run, type Site } from './run.ts';
import type { Code, Frame, Value } from './values.ts';
import { Thunk } from './values.ts';

/** The calls around an expression, innermost first. */
export interface Calls {
  readonly site: Site;
  readonly outer: Calls | undefined;
}

export interface Origin {
  readonly site: Site;
  readonly calls: Calls | undefined;
}

/** An argument whose value was read, or one key that was asked for in it. */
export interface ReadNode {
  readonly path: () => ArgumentPath;
  readonly key: string | undefined;
  /** Everything below was read too. */
  readonly tree: boolean;
}

export interface Collector {
  readonly reads: ReadNode[];
  /** Collectors of values that were used. */
  readonly parts: Collector[];
}

/** What a memoised value keeps. */
export interface TraceRecord {
  readonly value: Value;
  readonly origin: Origin | undefined;
  readonly collector: Collector;
}

/** The state of a traced evaluation. */
export interface Trace {
  collector: Collector;
  calls: Calls | undefined;
  origin: Origin | undefined;
}

export function newCollector(): Collector {
  return { reads: [], parts: [] };
}

export function newTrace(): Trace {
  return { collector: newCollector(), calls: undefined, origin: undefined };
}

/** Evaluates something that is memoised: into a collector of its own, with the calls of where it was written. */
export function evaluateTraced(trace: Trace, calls: Calls | undefined, evaluate: () => Value): TraceRecord {
  const { collector: outer, calls: outerCalls } = trace;
  const collector = newCollector();
  trace.collector = collector;
  trace.calls = calls;
  trace.origin = undefined;
  const value = evaluate();
  trace.collector = outer;
  trace.calls = outerCalls;
  const record = { value, origin: trace.origin, collector };
  outer.parts.push(collector);
  return record;
}

/** Uses a value that was evaluated before. */
export function recall(trace: Trace, record: TraceRecord): Value {
  trace.origin = record.origin;
  const { parts } = trace.collector;
  if (parts.at(-1) !== record.collector) parts.push(record.collector);
  return record.value;
}

/** A delayed value that remembers the calls around it. */
export function delayTraced(code: Code, frame: Frame): Thunk {
  return new Thunk(forceDelayed, { code, frame, calls: run.trace?.calls }, run.library);
}

interface Delayed {
  readonly code: Code;
  readonly frame: Frame;
  readonly calls: Calls | undefined;
}

function forceDelayed(delayed: Delayed): Value {
  const trace = run.trace;
  if (trace) trace.calls = delayed.calls;
  return delayed.code(delayed.frame);
}

/** The code of an expression that makes its value. */
export function makes(code: Code, site: Site): Code {
  return (frame) => {
    const value = code(frame);
    const trace = run.trace;
    if (trace) trace.origin = { site, calls: trace.calls };
    return value;
  };
}

/** The code of an expression that passes a value on; it is the origin of values that come from nowhere in the program. */
export function passes(code: Code, site: Site): Code {
  return (frame) => {
    const trace = run.trace;
    if (!trace) return code(frame);
    trace.origin = undefined;
    const value = code(frame);
    trace.origin ??= { site, calls: trace.calls };
    return value;
  };
}

/** Notes that an argument was read. */
export function noteRead(read: ReadNode): void {
  run.trace?.collector.reads.push(read);
}

// ------------------------------------------------------------------------------------------------------- the result

/** One node of the output. */
export interface OutputNode {
  readonly origin: Origin | undefined;
  readonly collector: Collector;
  readonly children?: ReadonlyMap<string | number, OutputNode>;
  /** Set where an argument was put out as it came: its path, and all that is below it. */
  readonly argument?: { readonly path: ArgumentPath; readonly json: JsonValue };
}

/** Whether a file is one that people have: places in others help nobody. */
type Shown = (file: string) => boolean;

/** Answers for every path of the output that begins at `root`, with places in files that are `shown`. */
export function tracer(root: OutputNode, shown: Shown): (path: readonly (string | number)[]) => NodeTrace | undefined {
  return (path) => {
    const chain: OutputNode[] = [root];
    for (const [index, key] of path.entries()) {
      const node = chain.at(-1)!;
      if (node.argument) return argumentTrace(chain, shown, node.argument, path.slice(index));
      const child = node.children?.get(key);
      if (!child) return undefined;
      chain.push(child);
    }
    const last = chain.at(-1)!;
    if (last.argument) return argumentTrace(chain, shown, last.argument, []);
    return nodeTrace(chain, shown, []);
  };
}

/** A node inside of an argument that was put out whole. */
function argumentTrace(
  chain: readonly OutputNode[],
  shown: Shown,
  argument: { readonly path: ArgumentPath; readonly json: JsonValue },
  rest: readonly (string | number)[],
): NodeTrace | undefined {
  let value: JsonValue | undefined = argument.json;
  for (const key of rest) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Array.isArray(value) ? value[Number(key)] : (value as JsonObject)[key];
  }
  return nodeTrace(chain, shown, [[...argument.path, ...rest]]);
}

function nodeTrace(chain: readonly OutputNode[], shown: Shown, first: readonly ArgumentPath[]): NodeTrace | undefined {
  for (let index = chain.length - 1; index >= 0; index -= 1) {
    const [span, ...calls] = placesOf(chain[index]!.origin, shown);
    if (span) return { span, calls: calls.reverse(), reads: readsOf(chain, first) };
  }
  return undefined;
}

/** The place of an expression and of the calls around it, from the inside out. */
function placesOf(origin: Origin | undefined, shown: Shown): SourceSpan[] {
  const places: SourceSpan[] = [];
  const add = ({ span }: Site): void => {
    if (span && shown(span.file)) places.push(span);
  };
  if (origin) add(origin.site);
  for (let call = origin?.calls; call; call = call.outer) add(call.site);
  return places;
}

/** What was read for the node itself, then for its containers, from the inside out. */
function readsOf(chain: readonly OutputNode[], first: readonly ArgumentPath[]): ArgumentPath[] {
  const paths = new Map<string, { path: ArgumentPath; tree: boolean }>();
  for (const path of first) paths.set(JSON.stringify(path), { path, tree: true });
  const seen = new Set<Collector>();
  const visit = (collector: Collector): void => {
    const pending = [collector];
    for (let next = pending.pop(); next; next = pending.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      for (const read of next.reads) {
        const path = read.key === undefined ? read.path() : [...read.path(), read.key];
        const key = JSON.stringify(path);
        const known = paths.get(key);
        if (!known) paths.set(key, { path, tree: read.tree });
        else if (read.tree) known.tree = true;
      }
      for (let index = next.parts.length - 1; index >= 0; index -= 1) pending.push(next.parts[index]!);
    }
  };
  for (const node of [...chain].reverse()) visit(node.collector);
  const inTree = (path: ArgumentPath): boolean => {
    for (let length = path.length - 1; length > 0; length -= 1) {
      if (paths.get(JSON.stringify(path.slice(0, length)))?.tree) return true;
    }
    return false;
  };
  return [...paths.values()].filter(({ path }) => !inTree(path)).map(({ path }) => path);
}
