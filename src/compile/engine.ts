/** The engine as weir uses it: imports confined to the channel, `weir.libsonnet` built in. */
import type { EngineContract } from '../jsonnet/api.ts';
import { Engine } from '../jsonnet/engine.ts';
import type { SourceTree } from '../model.ts';
import { ConfinedImporter } from './importer.ts';
import { type LibraryServices, libraryName, libraryNatives, libraryText } from './native/library.ts';

export function createEngine(tree: SourceTree, services: LibraryServices): EngineContract {
  return new Engine({
    importer: new ConfinedImporter(tree),
    natives: libraryNatives(services),
    builtinFiles: { [libraryName]: libraryText() },
  });
}
