/** The wiring of validation: rules, pinned data, places. It decides nothing. */
import type { Compilation } from '../../compile/compile.ts';
import { openSchemas } from '../../load/schemas.ts';
import type { SourceTree } from '../../model.ts';
import { createRuleData } from '../../validate/data.ts';
import { rules } from '../../validate/rules/index.ts';
import { type ValidateResult, validate } from '../../validate/run.ts';
import { outputPlaces } from '../../write/places.ts';
import type { LoadedFleet } from './context.ts';
import { sourceFiles } from './sources.ts';

/** Every rule over a compile. `tree` has the sources, for suppressions. */
export function validateFleet(
  fleet: LoadedFleet,
  compilation: Compilation,
  tree: SourceTree,
  now: Date,
): ValidateResult {
  return validate({
    repository: fleet.repository,
    plans: fleet.plans,
    artifacts: compilation.artifacts,
    data: createRuleData(openSchemas()),
    rules,
    locate: compilation.locate,
    outputPlace: outputPlaces(),
    readSource: (file) => {
      const bytes = tree.read(file);
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    sourceFiles: sourceFiles(fleet.repository),
    now,
    partial: !fleet.all,
  });
}
