/** Label selectors, as the API server evaluates them (apimachinery's metav1.LabelSelectorAsSelector). */
import type { JsonObject, JsonValue } from '../model.ts';
import { asList, asObject, asString, get } from './rule.ts';

/** Whether `labels` satisfy a map of exact values (a Service's selector, a node selector). An empty map selects everything. */
export function matchesLabels(wanted: JsonObject, labels: JsonObject): boolean {
  return Object.keys(wanted).every((key) => Object.hasOwn(labels, key) && labels[key] === wanted[key]);
}

/** Whether `labels` satisfy a LabelSelector (`matchLabels` and `matchExpressions`). */
export function matchesSelector(selector: JsonValue | undefined, labels: JsonObject): boolean {
  const exact = asObject(get(selector, 'matchLabels'));
  if (exact && !matchesLabels(exact, labels)) return false;
  return asList(get(selector, 'matchExpressions')).every((expression) => matchesExpression(expression, labels));
}

function matchesExpression(expression: JsonValue, labels: JsonObject): boolean {
  const key = asString(get(expression, 'key')) ?? '';
  const values = asList(get(expression, 'values'));
  const present = Object.hasOwn(labels, key);
  switch (get(expression, 'operator')) {
    case 'In':
      return present && values.includes(labels[key]!);
    case 'NotIn':
      return !present || !values.includes(labels[key]!);
    case 'Exists':
      return present;
    case 'DoesNotExist':
      return !present;
    default:
      // Gt and Lt are for nodes alone and compare integers; anything else is the schema's finding.
      return true;
  }
}

/** `a=1, b in (x,y)`: a selector for messages. */
export function selectorText(selector: JsonValue | undefined): string {
  const exact = asObject(get(selector, 'matchLabels')) ?? {};
  const parts = Object.keys(exact).map((key) => `${key}=${String(exact[key])}`);
  for (const expression of asList(get(selector, 'matchExpressions'))) {
    const values = asList(get(expression, 'values')).join(',');
    parts.push(
      `${asString(get(expression, 'key'))} ${asString(get(expression, 'operator'))}${values ? ` (${values})` : ''}`,
    );
  }
  return parts.join(', ') || '(everything)';
}

/** The label that keeps a selector from matching, for did-you-mean: what is wanted and what there is. */
export function mismatch(wanted: JsonObject, labels: JsonObject): string | undefined {
  for (const key of Object.keys(wanted)) {
    if (!Object.hasOwn(labels, key)) return `no label ${key}`;
    if (labels[key] !== wanted[key]) return `${key}=${String(labels[key])}`;
  }
  return undefined;
}
