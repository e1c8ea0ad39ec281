/** The standard library: every member of `std` but `thisFile`, which the engine knows. */

import { arrayBuiltins } from './arrays.ts';
import type { BuiltinTable } from './contract.ts';
import { encodingBuiltins } from './encoding.ts';
import { manifestBuiltins } from './manifest.ts';
import { mathBuiltins, mathConstants } from './math.ts';
import { objectBuiltins } from './objects.ts';
import { parseBuiltins } from './parse.ts';
import { setBuiltins } from './sets.ts';
import { stringBuiltins } from './strings.ts';
import { comparisonBuiltins, typeBuiltins } from './types.ts';

export const builtins: BuiltinTable = {
  ...typeBuiltins,
  ...comparisonBuiltins,
  ...mathBuiltins,
  ...stringBuiltins,
  ...arrayBuiltins,
  ...setBuiltins,
  ...objectBuiltins,
  ...encodingBuiltins,
  ...parseBuiltins,
  ...manifestBuiltins,
};

export const constants: Readonly<Record<string, number>> = { ...mathConstants };
