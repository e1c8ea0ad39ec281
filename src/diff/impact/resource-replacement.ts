/** Which resources of a stack are replaced, which replacements must fail, and what is lost with them. */
import type { FieldChange, JsonValue, ObjectChange } from '../../model.ts';
import { asString, get, isWithin, patternOf } from '../path.ts';
import type { ImpactContext, ImpactData, ImpactRule, Note } from './rule.ts';

/** Types whose loss is the loss of data. Source: the design's impact classes and the types' documentation. */
const dataTypes = new Set([
  'AWS::S3::Bucket',
  'AWS::KMS::Key',
  'AWS::EFS::FileSystem',
  'AWS::EC2::Volume',
  'AWS::DynamoDB::Table',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBCluster',
  'AWS::Logs::LogGroup',
  'AWS::SQS::Queue',
  'AWS::Route53::HostedZone',
  'AWS::SecretsManager::Secret',
  'AWS::ElastiCache::ReplicationGroup',
]);

/**
 * Properties that CloudFormation neither updates nor replaces for. The registry's schemas do not say so. Source: the
 * template reference of AWS::EC2::Volume, "Update requires: Updates are not supported".
 */
const fixedProperties: Readonly<Record<string, readonly string[]>> = {
  'AWS::EC2::Volume': ['AvailabilityZone', 'Encrypted', 'KmsKeyId', 'SnapshotId'],
};

export const resourceReplacement: ImpactRule = {
  id: 'resource-replacement',
  title: 'a resource of a stack is replaced, or cannot be',
  judge(change, context, note) {
    if (change.subject.type !== 'resource' || change.subject.kind === 'Output') return;
    if (change.action === 'removed' || change.action === 'renamed') judgeRemoval(change, context, note);
    if (change.action !== 'changed') return;
    const type = change.subject.kind;
    for (const field of change.fields) {
      if (field.kind === 'rewritten' || field.kind === 'reordered') continue;
      const pattern = patternOf(field.path);
      if (pattern === 'Type') {
        note(
          'update-fails',
          'A logical id cannot change its type: CloudFormation refuses the update. Use a new id.',
          field,
        );
        continue;
      }
      if (!isWithin(pattern, 'Properties')) continue;
      const property = pattern.slice('Properties/'.length);
      if (matchesProperty(property, fixedProperties[type] ?? [])) {
        note('update-fails', `${property} of ${type} cannot be updated: CloudFormation refuses it.`, field);
        continue;
      }
      if (matchesProperty(property, context.data.createOnly(type))) replaced(change, field, context, note, true);
      else if (matchesProperty(property, context.data.conditionalCreateOnly(type)))
        judgeConditional(change, field, note);
    }
    judgePolicies(change, note);
  },
};

/** Whether a changed path is, contains, or lies inside one of the paths. */
export function matchesProperty(property: string, paths: readonly string[]): boolean {
  const plain = property.replaceAll(/\/(?:Fn::[A-Za-z]+|Ref)(?:\/.*)?$/g, '');
  return paths.some((path) => isWithin(plain, path) || isWithin(path, plain));
}

/**
 * Groups whose instances follow a template or a subnet list: CloudFormation keeps the group and, by its update policy,
 * its instances. Its own documentation says when such a property really replaces.
 */
const inPlace: Readonly<Record<string, readonly string[]>> = {
  'AWS::AutoScaling::AutoScalingGroup': [
    'LaunchTemplate',
    'MixedInstancesPolicy',
    'VPCZoneIdentifier',
    'LaunchConfigurationName',
  ],
};

function judgeConditional(change: ObjectChange, field: FieldChange, note: Note): void {
  const property = patternOf(field.path).slice('Properties/'.length);
  if (matchesProperty(property, inPlace[change.subject.kind] ?? [])) return;
  note('replaced', `${change.subject.name} (${change.subject.kind}) may be replaced: it depends on the value.`, field);
}

/** States a replacement, whether it can work, and what is lost. Also used for replacements by propagation. */
export function replaced(
  change: Pick<ObjectChange, 'subject'>,
  field: FieldChange | undefined,
  context: ImpactContext,
  note: Note,
  direct: boolean,
  because = '',
): void {
  const { kind, name } = change.subject;
  const [before, after] = [context.before.find(change.subject), context.after.find(change.subject)];
  const fixed = fixedName(kind, before, after, context.data);
  if (fixed) {
    note(
      'update-fails',
      `${name} (${kind}) must be replaced${because}, but its ${fixed.property} "${fixed.name}" is fixed: CloudFormation cannot make the second one beside the first. Change the name as well.`,
      field,
    );
    return;
  }
  const policy = asString(get(after, 'UpdateReplacePolicy')) ?? 'Delete';
  if (dataTypes.has(kind) && policy === 'Delete') {
    note(
      'data-destroyed',
      `${name} (${kind}) is replaced${because} by an empty one, and the old one is deleted with its data: it has no UpdateReplacePolicy.`,
      field,
    );
    return;
  }
  const left = policy === 'Retain' ? '; the old one stays behind' : '';
  note(
    'replaced',
    `${name} (${kind}) is replaced${because}: the new one gets another physical id${left}.`,
    direct ? field : undefined,
  );
}

/** A custom name that stays the same while its resource must be replaced. */
export function fixedName(
  type: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  data: ImpactData,
): { readonly property: string; readonly name: string } | undefined {
  // A record of another zone does not collide with the old one.
  if (type === 'AWS::Route53::RecordSet') return undefined;
  const short = type.slice(type.lastIndexOf(':') + 1);
  const createOnly = data.createOnly(type);
  const candidates = ['Name', `${short}Name`, 'GroupName', 'FilterName', ...data.identifier(type)];
  for (const property of new Set(candidates)) {
    if (!createOnly.includes(property) || !/(?:Name|Identifier)$/.test(property)) continue;
    // The name of another resource that this one belongs to.
    if (
      property !== 'Name' &&
      property !== `${short}Name` &&
      property.endsWith('GroupName') &&
      short !== 'SecurityGroup' &&
      short !== 'AutoScalingGroup' &&
      short !== 'LogGroup'
    )
      continue;
    const [old, fresh] = [get(before, 'Properties', property), get(after, 'Properties', property)];
    if (old === undefined || fresh === undefined) continue;
    if (JSON.stringify(old) === JSON.stringify(fresh)) {
      return { property, name: typeof fresh === 'string' ? fresh : JSON.stringify(fresh) };
    }
  }
  return undefined;
}

function judgeRemoval(change: ObjectChange, context: ImpactContext, note: Note): void {
  const subject = change.from ?? change.subject;
  const { kind, name } = subject;
  const before = context.before.find(subject);
  const policy = asString(get(before, 'DeletionPolicy')) ?? 'Delete';
  const after = context.after.find(change.subject);
  if (change.action === 'renamed') {
    const fixed = fixedName(kind, before, after, context.data);
    if (fixed) {
      note(
        'update-fails',
        `The logical id ${name} becomes ${change.subject.name}: CloudFormation makes the new one first, and its ${fixed.property} "${fixed.name}" is taken. Keep the logical id, or change the name too.`,
      );
      return;
    }
  }
  if (policy === 'Retain' || policy === 'RetainExceptOnCreate') {
    note('removed', `${name} (${kind}) leaves the stack and stays behind in the account: DeletionPolicy ${policy}.`);
  } else if (dataTypes.has(kind) && policy === 'Delete') {
    note('data-destroyed', `${name} (${kind}) is deleted with its data: it has no DeletionPolicy.`);
  } else if (policy === 'Snapshot') {
    note('removed', `${name} (${kind}) is deleted; CloudFormation takes a snapshot first.`);
  } else note('removed', `${name} (${kind}) is deleted.`);
}

/** Losing a policy that protects data. */
function judgePolicies(change: ObjectChange, note: Note): void {
  if (!dataTypes.has(change.subject.kind)) return;
  for (const field of change.fields) {
    const pattern = patternOf(field.path);
    if (pattern !== 'DeletionPolicy' && pattern !== 'UpdateReplacePolicy') continue;
    if (field.before !== 'Retain' || field.after === 'Retain') continue;
    note(
      'updated',
      `${change.subject.name} loses its ${pattern}: its data goes when it is next removed or replaced.`,
      field,
    );
  }
}
