/** A CloudFormation template as it will be deployed: mappings and parameters resolved, so that a change shows where it acts. */
import type { JsonObject, JsonValue } from '../model.ts';
import { asList, asObject, asString, get } from './path.ts';

export interface DeploymentContext {
  readonly region: string;
  /** Twelve digits; '' where it is not known. */
  readonly account: string;
  /** Parameter values of the deployment file. */
  readonly parameters: JsonObject;
}

/** The template with `Fn::FindInMap` and `Ref`s to parameters replaced by their values wherever they are known. */
export function resolveTemplate(template: JsonObject, context: DeploymentContext): JsonObject {
  const parameters = asObject(get(template, 'Parameters')) ?? {};
  const mappings = get(template, 'Mappings');
  if (Object.keys(parameters).length === 0 && mappings === undefined) return template;
  const values = new Map<string, JsonValue>([['AWS::Region', context.region]]);
  if (context.account !== '') values.set('AWS::AccountId', context.account);
  for (const name of Object.keys(parameters)) {
    const value = get(context.parameters, name) ?? get(parameters, name, 'Default');
    if (value !== undefined) values.set(name, value);
  }
  const resolve = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) {
      const items = value.map(resolve);
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    const object = asObject(value);
    if (!object) return value;
    const keys = Object.keys(object);
    if (keys.length === 1 && keys[0] === 'Ref') {
      const name = asString(object.Ref);
      // Pseudo parameters say more by name; only what the template itself declares is replaced.
      if (name !== undefined && Object.hasOwn(parameters, name) && values.has(name)) return values.get(name)!;
      return value;
    }
    if (keys.length === 1 && keys[0] === 'Fn::FindInMap') {
      const path = asList(object['Fn::FindInMap'])
        .slice(0, 3)
        .map((part) => constant(part, values));
      const found = path.includes(undefined) ? undefined : get(mappings, ...(path as string[]));
      if (found !== undefined) return resolve(found);
    }
    let changed = false;
    const entries = keys.map((key) => {
      const old = object[key]!;
      const fresh = resolve(old);
      if (fresh !== old) changed = true;
      return [key, fresh] as const;
    });
    return changed ? (Object.assign(Object.create(null), Object.fromEntries(entries)) as JsonObject) : value;
  };
  return resolve(template) as JsonObject;
}

function constant(value: JsonValue, values: ReadonlyMap<string, JsonValue>): string | undefined {
  if (typeof value === 'string') return value;
  const name = asString(get(value, 'Ref'));
  return name === undefined ? undefined : asString(values.get(name));
}

/** One use of a logical id: `Ref`, or an attribute by `Fn::GetAtt` or `${Id.Attribute}`. */
export interface LogicalReference {
  readonly target: string;
  /** '' for `Ref`. */
  readonly attribute: string;
  /** JSON pointer below the value that was searched. */
  readonly pointer: string;
}

/** Every reference to a logical id inside a value: Ref, Fn::GetAtt, Fn::Sub; DependsOn is no use of a value. */
export function referencesIn(value: JsonValue | undefined, pointer = ''): readonly LogicalReference[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => referencesIn(item, `${pointer}/${index}`));
  const object = asObject(value);
  if (!object) return [];
  const found: LogicalReference[] = [];
  for (const [key, inner] of Object.entries(object)) {
    if (key === 'Ref' && typeof inner === 'string') found.push({ target: inner, attribute: '', pointer });
    else if (key === 'Fn::GetAtt') {
      const parts = typeof inner === 'string' ? inner.split('.') : asList(inner).map(String);
      if (parts[0] !== undefined) found.push({ target: parts[0], attribute: parts.slice(1).join('.'), pointer });
    } else if (key === 'Fn::Sub') {
      const text = typeof inner === 'string' ? inner : asString(asList(inner)[0]);
      const own = new Set(Object.keys(asObject(asList(inner)[1]) ?? {}));
      for (const [, name] of (text ?? '').matchAll(/\$\{([A-Za-z0-9:.]+)\}/g)) {
        const [target, ...attribute] = name!.split('.');
        if (target && !own.has(name!) && !target.includes(':')) {
          found.push({ target, attribute: attribute.join('.'), pointer });
        }
      }
      if (typeof inner !== 'string') found.push(...referencesIn(asList(inner)[1], `${pointer}/Fn::Sub/1`));
    } else if (key !== 'DependsOn') {
      found.push(...referencesIn(inner, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`));
    }
  }
  return found;
}
