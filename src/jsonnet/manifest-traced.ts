/** As `manifest.ts`, for a traced evaluation: the same JSON, and beside it a tree of where each node came from. */

import type { JsonValue } from './api.ts';
import { setKey } from './manifest.ts';
import { JObject } from './objects.ts';
import { charge, enter, fail, forceThunk, run, withFrame } from './run.ts';
import { quote } from './strings.ts';
import { type Collector, newCollector, type Origin, type OutputNode, type Trace } from './trace.ts';
import { JArray, type Lazy, Thunk, type Value } from './values.ts';

export interface TracedOutput {
  readonly json: JsonValue;
  readonly node: OutputNode;
}

/** Puts out what `evaluate` gives. */
export function manifestTraced(trace: Trace, evaluate: () => Value): TracedOutput {
  const collector = newCollector();
  const outer = trace.collector;
  trace.collector = collector;
  trace.origin = undefined;
  const value = evaluate();
  const output = outputOf(trace, value, trace.origin, collector);
  trace.collector = outer;
  return output;
}

function outputOf(trace: Trace, value: Value, origin: Origin | undefined, collector: Collector): TracedOutput {
  if (typeof value === 'string') run.bytes += value.length;
  if (typeof value !== 'object' || value === null) return { json: value as JsonValue, node: { origin, collector } };
  if (!(value instanceof JArray) && !(value instanceof JObject)) return fail("couldn't manifest function as JSON");
  const path = value.argumentPath();
  if (path) {
    // Reading all of it is noted apart: each node inside has read its own part alone.
    trace.collector = newCollector();
    const json = value.wholeTree()!;
    trace.collector = collector;
    return { json, node: { origin, collector, argument: { path, json } } };
  }
  return value instanceof JArray
    ? arrayOutput(trace, value, origin, collector)
    : objectOutput(trace, value, origin, collector);
}

function arrayOutput(trace: Trace, array: JArray, origin: Origin | undefined, collector: Collector): TracedOutput {
  const elements = array.elements();
  enter();
  charge(elements.length, 8 * elements.length);
  const json: JsonValue[] = [];
  const children = new Map<number, OutputNode>();
  for (const [index, element] of elements.entries()) {
    try {
      const output = manifestTraced(trace, () => forceLazy(element));
      json.push(output.json);
      children.set(index, output.node);
    } catch (error) {
      throw withFrame(error, { name: `Array element ${index}` });
    }
  }
  run.depth -= 1;
  return { json, node: { origin, collector, children } };
}

function forceLazy(lazy: Lazy): Value {
  return lazy instanceof Thunk ? forceThunk(lazy) : lazy;
}

function objectOutput(trace: Trace, object: JObject, origin: Origin | undefined, collector: Collector): TracedOutput {
  try {
    object.checkAssertions();
  } catch (error) {
    throw withFrame(error, { name: 'Checking object assertions' });
  }
  const names = object.names(false);
  enter();
  charge(names.length, 16 * names.length);
  const json: Record<string, JsonValue> = {};
  const children = new Map<string, OutputNode>();
  for (const name of names) {
    try {
      const output = manifestTraced(trace, () => object.get(name));
      setKey(json, name, output.json);
      children.set(name, output.node);
    } catch (error) {
      throw withFrame(error, { name: `Field ${quote(name)}` });
    }
  }
  run.depth -= 1;
  return { json, node: { origin, collector, children } };
}
