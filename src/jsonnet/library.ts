/** The standard library as the compiler and the program see it. */

import type { StandardLibrary } from './compile/context.ts';
import { BuiltinFunction } from './compile/functions.ts';
import { JObject } from './objects.ts';
import { runtime, setFormat } from './runtime.ts';
import { type Field, HIDDEN, type Layer } from './shapes.ts';
import type { Builtin } from './std/contract.ts';
import { builtins, constants } from './std/index.ts';
import type { Value } from './values.ts';

/** A layer of hidden values: what `std` is made of. */
class HiddenLayer implements Layer {
  readonly fields: ReadonlyMap<string, Field>;
  private readonly values: ReadonlyMap<string, Value>;
  constructor(values: ReadonlyMap<string, Value>) {
    this.values = values;
    this.fields = new Map([...values.keys()].map((name) => [name, { name, visibility: HIDDEN, plus: false }]));
  }
  evaluate(_self: JObject, _index: number, field: Field): Value {
    return this.values.get(field.name)!;
  }
}

export const standardLibrary: StandardLibrary = makeLibrary();

function makeLibrary(): StandardLibrary {
  const table = new Map<string, Builtin>(Object.entries(builtins));
  const values = new Map<string, Value>(Object.entries(constants));
  for (const [name, builtin] of table) values.set(name, new BuiltinFunction(name, builtin, runtime));
  const common = new HiddenLayer(values);
  setFormat(table.get('format'));
  return {
    builtin: (name) => table.get(name),
    object: (file) => new JObject([common, new HiddenLayer(new Map([['thisFile', file]]))], undefined),
  };
}
