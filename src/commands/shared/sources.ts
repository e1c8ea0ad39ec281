/** Which source files a repository is made of, for suppressions and for causes. */
import type { Repository, Unit } from '../../model.ts';

/** Paths of everything that people write: units with their files, libraries, clusters, facts; sorted. */
export function sourceFiles(repository: Repository): readonly string[] {
  const files = new Set<string>();
  for (const channel of repository.channels.values()) {
    for (const unit of channel.units.values()) for (const file of unitFiles(repository, unit)) files.add(file);
    for (const file of channel.library) files.add(file);
  }
  for (const cluster of repository.clusters) {
    files.add(cluster.file.file);
    if (cluster.factsFile) files.add(cluster.factsFile.file);
  }
  return [...files].sort();
}

/** Every file in a unit's folder that is Jsonnet or YAML. */
function unitFiles(repository: Repository, unit: Unit): readonly string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const entry of repository.tree.list(folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.kind === 'directory') walk(path);
      else if (entry.kind === 'file' && /\.(?:jsonnet|libsonnet|ya?ml)$/.test(entry.name)) found.push(path);
    }
  };
  walk(unit.folder);
  return found;
}
