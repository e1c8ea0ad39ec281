/** Limits that CloudFormation and the services behind it refuse to pass. Source: "CloudFormation quotas", EC2 and IAM. */
import type { JsonObject, JsonValue } from '../../model.ts';
import { asList, asObject, asString, get, pointerOf, type SchemaIssue } from '../rule.ts';
import { alternatives, intrinsicOf, literalText } from './intrinsics.ts';

/** Bytes of a template that is given in S3; one given inline may have 51,200. */
export const templateLimit = 1024 * 1024;
export const inlineTemplateLimit = 51_200;
/** Bytes of user data before base64. */
export const userDataLimit = 16_384;

const counts: readonly (readonly [section: string, limit: number])[] = [
  ['Resources', 500],
  ['Outputs', 200],
  ['Parameters', 200],
  ['Mappings', 200],
];

/** Characters of policy documents without white space, by how the policy is attached. */
const policyLimits = { role: 10_240, managed: 6_144, trust: 2_048, user: 2_048, group: 5_120 } as const;

export function checkLimits(template: JsonObject): readonly SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  const report = (path: readonly (string | number)[], message: string) =>
    issues.push({ code: 'limit', pointer: pointerOf(...path), message });
  const size = Buffer.byteLength(JSON.stringify(template), 'utf8');
  if (size > templateLimit)
    report([], `the template has ${size} bytes; ${templateLimit} are allowed, even through S3.`);
  const description = asString(template.Description) ?? '';
  if (Buffer.byteLength(description, 'utf8') > 1024) report(['Description'], 'a description has at most 1024 bytes.');
  for (const [section, limit] of counts) {
    const count = Object.keys(asObject(template[section]) ?? {}).length;
    if (count > limit) report([section], `${section} has ${count} entries; ${limit} are allowed.`);
    for (const name of Object.keys(asObject(template[section]) ?? {})) {
      if (name.length > 255)
        report([section, name], `${name.slice(0, 40)}... has ${name.length} characters; 255 are allowed.`);
    }
  }
  const resources = asObject(template.Resources) ?? {};
  for (const id of Object.keys(resources)) {
    const resource = asObject(resources[id]);
    const properties = asObject(get(resource, 'Properties'));
    if (!resource || !properties) continue;
    const type = asString(resource.Type) ?? '';
    checkPolicies(template, type, properties, ['Resources', id, 'Properties'], report);
    checkUserData(template, type, properties, ['Resources', id, 'Properties'], report);
  }
  return issues;
}

type Report = (path: readonly (string | number)[], message: string) => void;

/** Length of a document as IAM counts it: without white space outside texts. Functions count as written, roughly. */
function documentLength(document: JsonValue | undefined): number {
  if (document === undefined) return 0;
  return JSON.stringify(document, (_key, value: JsonValue) => {
    const call = intrinsicOf(value);
    if (!call) return value;
    // What deployment decides is counted by what is known: a lower bound, so that a finding is never wrong.
    const text = call.name === 'Fn::Sub' ? (Array.isArray(call.argument) ? call.argument[0] : call.argument) : '';
    return typeof text === 'string' ? text.replace(/\$\{[^}]*\}/g, '') : '';
  }).length;
}

function checkPolicies(
  template: JsonObject,
  type: string,
  properties: JsonObject,
  path: readonly (string | number)[],
  report: Report,
): void {
  const inline = (limit: number) => {
    const policies = asList(properties.Policies).flatMap((entry) => alternatives(template, entry));
    const total = policies.reduce(
      (sum, entry) => sum + (entry.kind === 'value' ? documentLength(get(entry.value, 'PolicyDocument')) : 0),
      0,
    );
    if (total > limit) {
      report(
        [...path, 'Policies'],
        `the inline policies have ${total} characters together; ${limit} are allowed. Move some into managed policies.`,
      );
    }
  };
  const one = (key: string, limit: number) => {
    const length = documentLength(properties[key]);
    if (length > limit) report([...path, key], `the policy has ${length} characters; ${limit} are allowed.`);
  };
  if (type === 'AWS::IAM::Role') {
    inline(policyLimits.role);
    one('AssumeRolePolicyDocument', policyLimits.trust);
  } else if (type === 'AWS::IAM::User') inline(policyLimits.user);
  else if (type === 'AWS::IAM::Group') inline(policyLimits.group);
  else if (type === 'AWS::IAM::ManagedPolicy') one('PolicyDocument', policyLimits.managed);
  else if (type === 'AWS::IAM::Policy') one('PolicyDocument', policyLimits.role);
}

/** Where user data stands, by type. */
const userDataPaths: Readonly<Record<string, readonly string[]>> = {
  'AWS::EC2::LaunchTemplate': ['LaunchTemplateData', 'UserData'],
  'AWS::EC2::Instance': ['UserData'],
  'AWS::AutoScaling::LaunchConfiguration': ['UserData'],
};

function checkUserData(
  template: JsonObject,
  type: string,
  properties: JsonObject,
  path: readonly (string | number)[],
  report: Report,
): void {
  const place = Object.hasOwn(userDataPaths, type) ? userDataPaths[type] : undefined;
  const value = place && get(properties, ...place);
  if (!place || value === undefined) return;
  for (const alternative of alternatives(template, value)) {
    const inner = alternative.kind === 'unknown' ? get(value, ...alternative.path, 'Fn::Base64') : undefined;
    const at = [...path, ...place, ...alternative.path];
    if (alternative.kind === 'value' && typeof alternative.value === 'string') {
      const encoded = alternative.value;
      if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(encoded)) {
        report(at, 'user data is base64: wrap the text in Fn::Base64, or encode it.');
        continue;
      }
      const bytes = Buffer.from(encoded, 'base64').length;
      if (bytes > userDataLimit)
        report(
          at,
          `the user data has ${bytes} bytes before base64; ${userDataLimit} are allowed. Compress it, or fetch a part at boot.`,
        );
    } else if (inner !== undefined) {
      const text = literalText(template, inner);
      const bytes = text === undefined ? 0 : Buffer.byteLength(text, 'utf8');
      if (bytes > userDataLimit)
        report(
          at,
          `the user data has ${bytes} bytes; ${userDataLimit} are allowed. Compress it, or fetch a part at boot.`,
        );
    }
  }
}
