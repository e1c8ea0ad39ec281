/** Where a node of an artifact came from: a traced evaluation, made when somebody asks, once per distinct result. */
import type { Place } from '../errors.ts';
import type { EngineContract, Evaluation, NodeTrace, SourceSpan } from '../jsonnet/api.ts';
import { JsonnetError } from '../jsonnet/api.ts';
import type { Artifact, Locate, Provenance } from '../model.ts';
import type { ArtifactSource, Part } from './assemble.ts';
import { compareText, isObject, own, pathOf } from './json.ts';
import { type OverlayKey, settingsOf } from './origins.ts';

/** Finds places of parts and of artifacts. */
export class Locator {
  readonly #engine: EngineContract;
  readonly #sources: ReadonlyMap<string, ReadonlyMap<string, ArtifactSource>>;
  /** Traces by entry file and distinct result: clusters that share a result share its places. */
  readonly #traces = new Map<string, Evaluation['trace']>();

  /** `sources` by cluster, then by the artifact's path. */
  constructor(engine: EngineContract, sources: ReadonlyMap<string, ReadonlyMap<string, ArtifactSource>>) {
    this.#engine = engine;
    this.#sources = sources;
  }

  readonly locate: Locate = (artifact, pointer) => {
    const source = this.#sources.get(artifact.cluster)?.get(artifact.path);
    if (source === undefined) return undefined;
    const path = pathOf(pointer, artifact.value);
    return path === undefined ? undefined : this.#provenance(source, path, artifact);
  };

  /**
   * The place of a node of a part, for a problem with it: the innermost one in the unit's own folder, because a helper
   * of `lib/` is seldom to blame; at worst the start of the entry file.
   */
  placeOf(part: Part, path: readonly (string | number)[]): Place {
    const own = `${part.run.planned.unit.folder}/`;
    for (let length = path.length; length >= 0; length--) {
      const trace = this.#trace(part, path.slice(0, length));
      if (trace === undefined) continue;
      return placeOfSpan([...trace.calls, trace.span].findLast((span) => span.file.startsWith(own)) ?? trace.span);
    }
    return { file: part.run.entry, line: 1, column: 1 };
  }

  #provenance(source: ArtifactSource, path: readonly (string | number)[], artifact: Artifact): Provenance | undefined {
    switch (source.kind) {
      case 'part':
        return this.#ofPart(source.part, path);
      case 'joined':
        return this.#ofJoined(source.parts, path);
      case 'decoded':
        return this.#ofJoined(source.parts, source.path);
      case 'manifest': {
        // What the manifest says stands at its top: `tags`, `capabilities`, `policy`, and `name` for the rest.
        const { manifest } = source.planned.unit;
        const key = artifact.kind === 'deployment' ? '/tags' : (manifestKeys[String(path[0])] ?? '/name');
        const place = manifest?.keyPlaces.get(key) ?? manifest?.keyPlaces.get('/name');
        return place === undefined ? undefined : { source: place, calls: [], overlay: [] };
      }
    }
  }

  /** A template's node belongs to the part that has its logical id; what is above, to the stack and all that join it. */
  #ofJoined(parts: readonly Part[], path: readonly (string | number)[]): Provenance | undefined {
    const [section, id] = path;
    if (id !== undefined) {
      for (const part of parts) {
        const content = own(part.result.template ?? part.result.resources ?? {}, String(section));
        if (isObject(content) && Object.hasOwn(content, String(id))) return this.#ofPart(part, path);
      }
    }
    const all = parts.flatMap((part) => this.#ofPart(part, path) ?? []);
    const [first] = all;
    return first && { ...first, overlay: mergeKeys(all.flatMap(({ overlay }) => overlay)) };
  }

  #ofPart(part: Part, path: readonly (string | number)[]): Provenance | undefined {
    const trace = this.#trace(part, path);
    if (trace === undefined) return undefined;
    const { plan, planned } = part.run;
    return {
      source: placeOfSpan(trace.span),
      calls: trace.calls.map(placeOfSpan),
      overlay: mergeKeys(trace.reads.flatMap((read) => settingsOf(plan, planned, read))),
    };
  }

  #trace(part: Part, path: readonly (string | number)[]): NodeTrace | undefined {
    const key = `${part.run.entry}\n${part.result.id}`;
    if (!this.#traces.has(key)) this.#traces.set(key, this.#evaluate(part));
    return this.#traces.get(key)?.([...part.prefix, ...path]);
  }

  #evaluate(part: Part): Evaluation['trace'] {
    const { entry, args } = part.run;
    const named = (this.#engine.parameters(entry) ?? []).map(({ name }) => [name, args[name]] as const);
    try {
      return this.#engine.evaluate(entry, Object.fromEntries(named) as typeof args, { trace: true }).trace;
    } catch (error) {
      // It went well before, without the trace's own cost: then a limit was near, and there is no place to tell.
      if (error instanceof JsonnetError && error.kind === 'limit') return undefined;
      throw error;
    }
  }
}

/** Keys of options.yaml by the manifest's. */
const manifestKeys: Readonly<Record<string, string>> = {
  capabilities: '/capabilities',
  'termination-protection': '/termination_protection',
  'stack-policy': '/policy',
};

/** Each key once, sorted by path. */
function mergeKeys(keys: readonly OverlayKey[]): readonly OverlayKey[] {
  const merged = new Map(keys.map((key) => [key.path, key]));
  return [...merged.values()].sort((a, b) => compareText(a.path, b.path));
}

function placeOfSpan(span: SourceSpan): Place {
  return { file: span.file, line: span.line, column: span.column };
}
