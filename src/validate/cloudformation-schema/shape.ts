/** The shape of a template: its sections, and what each may contain. CloudFormation's "Template anatomy". */
import type { JsonObject, JsonValue } from '../../model.ts';
import { show } from '../kubernetes-schema/formats.ts';
import { didYouMean } from '../kubernetes-schema/walk.ts';
import { asList, asObject, asString, get, pointerOf, type SchemaIssue } from '../rule.ts';
import { intrinsicOf } from './intrinsics.ts';

type Path = readonly (string | number)[];
type Report = (path: Path, message: string) => void;

const sections = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Mappings',
  'Conditions',
  'Transform',
  'Resources',
  'Outputs',
  'Hooks',
];
const resourceKeys = [
  'Type',
  'Properties',
  'Metadata',
  'Condition',
  'DependsOn',
  'CreationPolicy',
  'UpdatePolicy',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Version',
];
const parameterKeys = [
  'Type',
  'Default',
  'Description',
  'AllowedValues',
  'AllowedPattern',
  'ConstraintDescription',
  'MaxLength',
  'MinLength',
  'MaxValue',
  'MinValue',
  'NoEcho',
];
const parameterType =
  /^(?:String|Number|List<(?:Number|String)>|CommaDelimitedList|(?:List<)?AWS::(?:EC2::(?:AvailabilityZone::Name|Image::Id|Instance::Id|KeyPair::KeyName|SecurityGroup::(?:GroupName|Id)|Subnet::Id|Volume::Id|VPC::Id)|Route53::HostedZone::Id)>?|AWS::SSM::Parameter::(?:Name|Value<.+>))$/;
const logicalId = /^[A-Za-z0-9]+$/;
const deletionPolicies = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'];
/** Types whose data a snapshot can keep. */
const snapshots = new Set([
  'AWS::DocDB::DBCluster',
  'AWS::EC2::Volume',
  'AWS::ElastiCache::CacheCluster',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::Neptune::DBCluster',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::Redshift::Cluster',
]);
/** Keys of UpdatePolicy, and the types that each is for. */
const updatePolicies: Readonly<Record<string, readonly string[]>> = {
  AutoScalingReplacingUpdate: ['AWS::AutoScaling::AutoScalingGroup'],
  AutoScalingRollingUpdate: ['AWS::AutoScaling::AutoScalingGroup'],
  AutoScalingScheduledAction: ['AWS::AutoScaling::AutoScalingGroup'],
  CodeDeployLambdaAliasUpdate: ['AWS::Lambda::Alias'],
  EnableVersionUpgrade: ['AWS::OpenSearchService::Domain', 'AWS::Elasticsearch::Domain'],
  UseOnlineResharding: ['AWS::ElastiCache::ReplicationGroup'],
};
const rollingUpdateKeys = [
  'MaxBatchSize',
  'MinActiveInstancesPercent',
  'MinInstancesInService',
  'MinSuccessfulInstancesPercent',
  'PauseTime',
  'SuspendProcesses',
  'WaitOnResourceSignals',
];

/** Everything about the frame: what is inside Properties and functions is judged elsewhere. */
export function checkShape(template: JsonObject): readonly SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  const report: Report = (path, message) => issues.push({ code: 'shape', pointer: pointerOf(...path), message });
  knownKeys(template, sections, [], 'a template', report);
  const version = template.AWSTemplateFormatVersion;
  if (version !== undefined && version !== '2010-09-09') {
    report(['AWSTemplateFormatVersion'], `the only template version is 2010-09-09, not ${show(version)}. Quote it.`);
  }
  const { Description: description } = template;
  if (description !== undefined && typeof description !== 'string')
    report(['Description'], 'the description is a plain text.');
  checkParameters(template, report);
  checkMappings(template, report);
  const resources = asObject(template.Resources);
  if (!resources || Object.keys(resources).length === 0) report([], 'a template has at least one resource.');
  for (const id of Object.keys(resources ?? {})) checkResource(id, resources![id]!, report);
  checkOutputs(template, report);
  for (const [section, what] of [
    ['Conditions', 'condition'],
    ['Outputs', 'output'],
    ['Parameters', 'parameter'],
    ['Resources', 'logical id'],
  ] as const) {
    for (const name of Object.keys(asObject(template[section]) ?? {})) {
      if (section !== 'Conditions' && !logicalId.test(name))
        report([section, name], `the ${what} ${name} may have letters and digits only.`);
    }
  }
  return issues;
}

function knownKeys(object: JsonObject, known: readonly string[], path: Path, what: string, report: Report): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue;
    const guess = didYouMean(key, known);
    report(
      [...path, key],
      `${what} has no ${key}.${guess ? ` Did you mean ${guess}?` : ` It has ${known.join(', ')}.`}`,
    );
  }
}

function section(template: JsonObject, name: string, report: Report): JsonObject {
  const value = template[name];
  if (value === undefined) return {};
  const object = asObject(value);
  if (!object) report([name], `${name} is a map.`);
  return object ?? {};
}

function checkParameters(template: JsonObject, report: Report): void {
  const parameters = section(template, 'Parameters', report);
  for (const name of Object.keys(parameters)) {
    const path = ['Parameters', name];
    const parameter = asObject(parameters[name]);
    if (!parameter) {
      report(path, `the parameter ${name} is a map with a Type.`);
      continue;
    }
    knownKeys(parameter, parameterKeys, path, 'a parameter', report);
    const type = asString(parameter.Type);
    if (type === undefined) report(path, `the parameter ${name} has no Type.`);
    else if (!parameterType.test(type)) report([...path, 'Type'], `there is no parameter type ${type}.`);
    checkDefault(name, parameter, path, report);
  }
}

function checkDefault(name: string, parameter: JsonObject, path: Path, report: Report): void {
  const fallback = parameter.Default;
  if (fallback === undefined) return;
  const at = [...path, 'Default'];
  if (typeof fallback === 'object') {
    report(at, `the default of ${name} is one text; a list is given with commas.`);
    return;
  }
  const text = String(fallback);
  const list = /^(?:List<|CommaDelimitedList)/.test(asString(parameter.Type) ?? '');
  const allowed = asList(parameter.AllowedValues).map(String);
  // Allowed values of a list may be entries or whole lists.
  if (!list && allowed.length > 0 && !allowed.includes(text)) {
    report(at, `the default ${text} of ${name} is none of its AllowedValues.`);
  }
  if (parameter.Type === 'Number') {
    if (!Number.isFinite(Number(text)) || text === '') report(at, `the default ${text} of ${name} is no number.`);
    const [low, high] = [
      Number(parameter.MinValue ?? Number.NEGATIVE_INFINITY),
      Number(parameter.MaxValue ?? Number.POSITIVE_INFINITY),
    ];
    if (Number(text) < low || Number(text) > high)
      report(at, `the default ${text} of ${name} is outside its MinValue and MaxValue.`);
  }
  const length = [Number(parameter.MinLength ?? 0), Number(parameter.MaxLength ?? Number.POSITIVE_INFINITY)] as const;
  if (parameter.Type === 'String' && (text.length < length[0] || text.length > length[1])) {
    report(at, `the default of ${name} has ${text.length} characters, outside its MinLength and MaxLength.`);
  }
}

function checkMappings(template: JsonObject, report: Report): void {
  const mappings = section(template, 'Mappings', report);
  for (const name of Object.keys(mappings)) {
    const rows = asObject(mappings[name]);
    if (!rows) {
      report(['Mappings', name], `the mapping ${name} is a map of maps.`);
      continue;
    }
    for (const key of Object.keys(rows)) {
      const row = asObject(rows[key]);
      if (!row) {
        report(['Mappings', name, key], `the mapping ${name} has two levels of keys: ${key} is a map.`);
        continue;
      }
      for (const field of Object.keys(row)) {
        if (!/^[A-Za-z0-9.-]+$/.test(field))
          report(['Mappings', name, key, field], `the key ${field} may have letters, digits, - and . only.`);
        if (asObject(row[field]))
          report(
            ['Mappings', name, key, field],
            'a mapping gives a text, a number or a list; functions are not allowed.',
          );
      }
    }
  }
}

function checkResource(id: string, value: JsonValue, report: Report): void {
  const path = ['Resources', id];
  const resource = asObject(value);
  if (!resource) {
    report(path, `the resource ${id} is a map with a Type.`);
    return;
  }
  knownKeys(resource, resourceKeys, path, 'a resource', report);
  const type = asString(resource.Type);
  if (type === undefined) report(path, `the resource ${id} has no Type.`);
  if (resource.Properties !== undefined && !asObject(resource.Properties))
    report([...path, 'Properties'], 'Properties is a map.');
  for (const key of ['DeletionPolicy', 'UpdateReplacePolicy'] as const) {
    const policy = resource[key];
    if (policy === undefined || intrinsicOf(policy)) continue;
    const allowed =
      key === 'DeletionPolicy' ? deletionPolicies : deletionPolicies.filter((name) => name !== 'RetainExceptOnCreate');
    if (typeof policy !== 'string' || !allowed.includes(policy)) {
      report([...path, key], `${key} is ${allowed.join(', ')}, not ${show(policy)}.`);
    } else if (policy === 'Snapshot' && type !== undefined && !snapshots.has(type)) {
      report([...path, key], `there are no snapshots of ${type}.`);
    }
  }
  const update = asObject(resource.UpdatePolicy);
  for (const key of Object.keys(update ?? {})) {
    const types = Object.hasOwn(updatePolicies, key) ? updatePolicies[key] : undefined;
    if (!types)
      report(
        [...path, 'UpdatePolicy', key],
        `UpdatePolicy has no ${key}; it has ${Object.keys(updatePolicies).join(', ')}.`,
      );
    else if (type !== undefined && !types.includes(type))
      report([...path, 'UpdatePolicy', key], `${key} is for ${types.join(' and ')}, not for ${type}.`);
  }
  const rolling = asObject(get(update, 'AutoScalingRollingUpdate'));
  if (rolling)
    knownKeys(
      rolling,
      rollingUpdateKeys,
      [...path, 'UpdatePolicy', 'AutoScalingRollingUpdate'],
      'AutoScalingRollingUpdate',
      report,
    );
}

function checkOutputs(template: JsonObject, report: Report): void {
  const outputs = section(template, 'Outputs', report);
  for (const name of Object.keys(outputs)) {
    const path = ['Outputs', name];
    const output = asObject(outputs[name]);
    if (!output) {
      report(path, `the output ${name} is a map with a Value.`);
      continue;
    }
    knownKeys(output, ['Condition', 'Description', 'Export', 'Value'], path, 'an output', report);
    if (output.Value === undefined) report(path, `the output ${name} has no Value.`);
    else if (Array.isArray(output.Value) || (asObject(output.Value) && !intrinsicOf(output.Value))) {
      report([...path, 'Value'], `the output ${name} is one text: join a list.`);
    }
    if (output.Description !== undefined && typeof output.Description !== 'string')
      report([...path, 'Description'], 'a description is a plain text.');
    const exported = output.Export;
    if (exported === undefined) continue;
    if (get(exported, 'Name') === undefined) report([...path, 'Export'], `the export of ${name} has no Name.`);
  }
  for (const name of Object.keys(asObject(template.Parameters) ?? {})) {
    if (get(template, 'Resources', name) !== undefined)
      report(['Resources', name], `${name} is a parameter too: a Ref could mean either.`);
  }
  const names = new Map<string, string>();
  for (const name of Object.keys(outputs)) {
    const exported = get(outputs, name, 'Export', 'Name');
    if (exported === undefined) continue;
    const key = JSON.stringify(exported);
    const other = names.get(key);
    if (other !== undefined) report(['Outputs', name, 'Export', 'Name'], `${name} and ${other} export the same name.`);
    names.set(key, name);
  }
}
