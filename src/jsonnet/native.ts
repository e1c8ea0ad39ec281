/** Functions of the host that programs call by `std.native`. */

import type { NativeFunction } from './api.ts';
import { bindArguments } from './compile/functions.ts';
import { manifest } from './manifest.ts';
import { force } from './operators.ts';
import { fail } from './run.ts';
import { fromJson } from './runtime.ts';
import { JFunction, type Lazy, type ParameterInfo, type Value } from './values.ts';

class Native extends JFunction {
  readonly parameters: readonly ParameterInfo[];
  readonly label: string;
  private readonly native: NativeFunction;
  constructor(name: string, native: NativeFunction) {
    super();
    this.native = native;
    this.label = `native function <${name}>`;
    this.parameters = native.parameters.map((parameter) => ({ name: parameter, optional: false }));
  }
  apply(args: readonly (Lazy | undefined)[]): Value {
    const given = args.map((argument) => manifest(force(argument!)));
    try {
      return fromJson(this.native.call(...given));
    } catch (error) {
      return fail(error instanceof Error ? error.message : String(error));
    }
  }
  call(args: readonly Lazy[]): Value {
    return this.apply(bindArguments(this, args, [], []));
  }
}

export function nativeFunctions(natives: Readonly<Record<string, NativeFunction>>): ReadonlyMap<string, JFunction> {
  return new Map(Object.entries(natives).map(([name, native]) => [name, new Native(name, native)]));
}
