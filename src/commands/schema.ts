/** `weir schema`: JSON Schemas for editors, one for the cluster files of each channel and one for facts. */
import { type Problem, UserError } from '../errors.ts';
import { clusterEditorSchema, factsEditorSchema } from '../load/editor-schema.ts';
import { loadDeclaredFacts } from '../load/repository.ts';
import type { Cluster, JsonObject, Repository, SourceTree } from '../model.ts';
import { type SchemaFile, staleSchemas, writeSchemas } from '../write/schemas.ts';
import { loadFleet, openRepository } from './shared/context.ts';
import type { ExitStatus, Io } from './shared/io.ts';

export interface SchemaOptions {
  /** Write nothing; exit status 1 when a committed schema differs, or a cluster file names another channel's. */
  readonly check?: boolean;
}

/** Writes `schemas/clusters/<channel>.schema.json` and `schemas/facts.schema.json`, or checks them. */
export async function schema(options: SchemaOptions, io: Io): Promise<ExitStatus> {
  const { root, tree } = openRepository(io);
  const { repository } = loadFleet(tree);
  const files = schemaFiles(repository, tree);
  if (!options.check) {
    const written = writeSchemas(root, files);
    for (const path of written) io.out(`${path}\n`);
    io.out(`${files.length} schemas, ${written.length === 0 ? 'nothing changed' : `${written.length} changed`}\n`);
  }
  const problems: Problem[] = [
    ...(options.check ? staleSchemas(root, files) : []).map(({ path, problem }) => ({
      message: `${path} is ${problem}: run weir schema`,
    })),
    ...repository.clusters.flatMap((cluster) => checkModeline(cluster, tree)),
  ];
  if (problems.length > 0) throw new UserError(problems);
  if (options.check) io.out(`${files.length} schemas, all current\n`);
  return 0;
}

/** The generated schemas of a repository. */
export function schemaFiles(repository: Repository, tree: SourceTree): readonly SchemaFile[] {
  const clusters = [...repository.channels.values()].map((channel) =>
    file(`schemas/clusters/${channel.name}.schema.json`, clusterEditorSchema(channel, repository.channels)),
  );
  const facts = loadDeclaredFacts(tree);
  return facts ? [...clusters, file('schemas/facts.schema.json', factsEditorSchema(facts.schema))] : clusters;
}

function file(path: string, value: JsonObject): SchemaFile {
  return { path, text: `${JSON.stringify(value, null, 2)}\n` };
}

/** A cluster file that moved to another channel must name that channel's schema, or the editor misleads. */
function checkModeline(cluster: Cluster, tree: SourceTree): readonly Problem[] {
  const path = cluster.file.file;
  const lines = new TextDecoder().decode(tree.read(path)).split('\n');
  const index = lines.findIndex((line) => /^#\s*yaml-language-server:/.test(line));
  const line = lines[index];
  if (line === undefined) return [];
  const wanted = `# yaml-language-server: $schema=../schemas/clusters/${cluster.channel}.schema.json`;
  if (line.trim() === wanted) return [];
  return [
    {
      message: `this cluster is on channel ${cluster.channel}: write "${wanted}"`,
      place: { file: path, line: index + 1, column: 1 },
    },
  ];
}
