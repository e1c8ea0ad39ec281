/** What the manifest functions share in walking a value. */

import { JObject } from '../objects.ts';
import { JArray, type Runtime, type Value } from '../values.ts';

/** Nesting that go-jsonnet accepts: its default of `max stack`. */
export const MAX_MANIFEST_DEPTH = 500;
export const DEPTH_MESSAGE = 'max manifest depth exceeded, possible infinite recursion';

/**
 * A container whose reads need no record of their own: where all of an argument's part is manifested, one record of the
 * whole replaces one per node.
 */
export function wholly(rt: Runtime, value: Value): Value {
  if (!(value instanceof JArray || value instanceof JObject)) return value;
  const known = value.wholeTree();
  return known === undefined ? value : rt.fromJson(known);
}
