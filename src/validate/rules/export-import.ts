/** Fn::ImportValue against the exports of the cluster's stacks: CloudFormation finds out only when it deploys. */
import type { JsonObject, JsonValue } from '../../model.ts';
import { intrinsicOf, literalText } from '../cloudformation-schema/intrinsics.ts';
import { asObject, type ClusterRule, get, nearest, pointerOf } from '../rule.ts';
import type { TemplateView } from '../views.ts';

export const exportImport: ClusterRule = {
  id: 'export-import',
  family: 'cloudformation',
  severity: 'error',
  title: 'every imported value is exported by a stack of the cluster',
  scope: 'cluster',
  check(cluster, report) {
    const exports = new Map<string, TemplateView>();
    for (const view of cluster.templates) {
      for (const { name, pointer } of exportsOf(view)) {
        const other = exports.get(name);
        if (other) {
          report(
            view.artifact,
            pointer,
            `the stacks ${other.stack} and ${view.stack} both export ${name}: a name is exported once.`,
          );
        }
        exports.set(name, view);
      }
    }
    for (const view of cluster.templates) {
      for (const { name, pointer } of importsOf(view.template)) {
        const from = exports.get(name);
        if (from === view) {
          report(
            view.artifact,
            pointer,
            `${name} is exported by this very stack: a stack cannot import from itself. Use Ref.`,
          );
        } else if (!from && !cluster.provided('Export', '', name)) {
          const guess = nearest(name, exports.keys());
          report(
            view.artifact,
            pointer,
            `no stack of the cluster exports ${name}.${guess ? ` Did you mean ${guess}?` : ''} An export from outside is declared under "provided", kind Export.`,
          );
        }
      }
    }
  },
};

interface Named {
  readonly name: string;
  readonly pointer: string;
}

function exportsOf(view: TemplateView): readonly Named[] {
  const outputs = asObject(view.template.Outputs) ?? {};
  return Object.keys(outputs).flatMap((output) => {
    const value = get(outputs, output, 'Export', 'Name');
    const name = value === undefined ? undefined : literalText(view.template, value);
    return name === undefined ? [] : [{ name, pointer: pointerOf('Outputs', output, 'Export', 'Name') }];
  });
}

const kept = new WeakMap<JsonObject, readonly Named[]>();

/** Imports whose name the template says in full. */
function importsOf(template: JsonObject): readonly Named[] {
  let found = kept.get(template);
  if (!found) {
    const list: Named[] = [];
    collect(template, template, [], list);
    found = list;
    kept.set(template, found);
  }
  return found;
}

function collect(template: JsonObject, value: JsonValue, path: readonly (string | number)[], list: Named[]): void {
  if (Array.isArray(value)) {
    value.forEach((entry: JsonValue, index) => {
      collect(template, entry, [...path, index], list);
    });
    return;
  }
  const object = asObject(value);
  if (!object) return;
  const call = intrinsicOf(object);
  const name = call?.name === 'Fn::ImportValue' ? literalText(template, call.argument) : undefined;
  if (name !== undefined) list.push({ name, pointer: pointerOf(...path, 'Fn::ImportValue') });
  for (const key of Object.keys(object)) collect(template, object[key]!, [...path, key], list);
}
