/** Reading resources of a template by type, with what conditions and mappings leave certain. */
import type { Artifact, JsonObject, JsonValue } from '../../model.ts';
import { asObject, asString, get, pointerOf } from '../rule.ts';
import { alternatives } from './intrinsics.ts';

export interface TemplateResource {
  readonly id: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** Pointer of the properties, or of the resource when it has none. */
  readonly pointer: string;
}

/** Resources of the given types; all when none is given. */
export function resourcesOf(template: JsonObject, ...types: readonly string[]): readonly TemplateResource[] {
  const resources = asObject(template.Resources) ?? {};
  return Object.keys(resources).flatMap((id) => {
    const type = asString(get(resources, id, 'Type'));
    if (type === undefined || (types.length > 0 && !types.includes(type))) return [];
    const properties = asObject(get(resources, id, 'Properties'));
    const pointer = properties ? pointerOf('Resources', id, 'Properties') : pointerOf('Resources', id);
    return [{ id, type, properties: properties ?? {}, pointer }];
  });
}

/** The template of an artifact; undefined for other artifacts. */
export function templateOf(artifact: Artifact): JsonObject | undefined {
  return artifact.kind === 'template' ? asObject(artifact.value) : undefined;
}

/** One certain value of a property, with the pointer of where it stands. */
export interface CertainValue {
  readonly value: JsonValue;
  readonly pointer: string;
}

/**
 * Every certain value at a path of properties: `*` is every entry of a list. Both branches of a condition and all values
 * of a mapping count; what deployment decides does not.
 */
export function certainValues(
  template: JsonObject,
  from: JsonValue | undefined,
  path: readonly string[],
  pointer: string,
): readonly CertainValue[] {
  if (from === undefined) return [];
  return alternatives(template, from).flatMap((alternative): readonly CertainValue[] => {
    if (alternative.kind !== 'value') return [];
    const here = pointer + pointerOf(...alternative.path);
    const [step, ...rest] = path;
    if (step === undefined) return [{ value: alternative.value, pointer: here }];
    if (step === '*') {
      if (!Array.isArray(alternative.value)) return [];
      return (alternative.value as readonly JsonValue[]).flatMap((entry, index) =>
        certainValues(template, entry, rest, `${here}/${index}`),
      );
    }
    return certainValues(template, get(alternative.value, step), rest, here + pointerOf(step));
  });
}
