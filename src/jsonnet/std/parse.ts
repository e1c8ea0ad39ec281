/** Text formats to values: `std.parseJson`, `std.parseYaml`. */

import type { JsonValue } from '../api.ts';
import type { Runtime } from '../values.ts';
import type { BuiltinTable } from './contract.ts';
import { jsonProblem } from './json.ts';
import { parseYaml } from './yaml.ts';

/** Far beyond the nesting that a result may have, and off the stack's end. */
const MAX_JSON_DEPTH = 1000;

/** The JSON value of a text; throws with go-jsonnet's prefix. */
function parseJson(rt: Runtime, text: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    return rt.fail(`failed to parse JSON: ${jsonProblem(text)}`);
  }
  checkJson(rt, value, 0);
  return value;
}

/** JSON.parse turns numbers that are too large into infinities, and nests without a bound. */
function checkJson(rt: Runtime, value: JsonValue, depth: number): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) rt.fail('failed to parse JSON: a number is out of range');
  } else if (typeof value === 'object' && value !== null) {
    if (depth >= MAX_JSON_DEPTH) rt.fail('failed to parse JSON: exceeded max depth');
    for (const child of Array.isArray(value) ? value : Object.values(value)) checkJson(rt, child, depth + 1);
  }
}

export const parseBuiltins: BuiltinTable = {
  parseJson: {
    parameters: ['str'],
    strict: true,
    call(rt, str) {
      const text = rt.string(str);
      rt.charge(1 + text.length, 2 * text.length);
      return rt.fromJson(parseJson(rt, text));
    },
  },
  parseYaml: {
    parameters: ['str'],
    strict: true,
    call(rt, str) {
      const text = rt.string(str);
      rt.charge(1 + 4 * text.length, 2 * text.length);
      let value: JsonValue;
      try {
        value = parseYaml(text);
      } catch (error) {
        return rt.fail(`failed to parse YAML: ${(error as Error).message}`);
      }
      return rt.fromJson(value);
    },
  },
};
