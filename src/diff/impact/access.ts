/** Access that becomes wider or narrower: RBAC, IAM and resource policies, security groups, what a pod may do to its node. */
import type { FieldChange, JsonValue, ObjectChange } from '../../model.ts';
import { asList, asObject, asString, get, isWithin, patternOf } from '../path.ts';
import type { ImpactRule, Note } from './rule.ts';

export const access: ImpactRule = {
  id: 'access',
  title: 'access is widened or narrowed',
  judge(change, context, note) {
    const [before, after] = [context.before.find(change.from ?? change.subject), context.after.find(change.subject)];
    const { type, kind, group } = change.subject;
    if (type === 'object') {
      if (group === 'rbac.authorization.k8s.io') judgeRbac(change, before, after, note);
      if (kind === 'NetworkPolicy' && change.action === 'removed') {
        note(
          'access-widened',
          `Without ${change.subject.name} the pods that it selected accept any traffic that no other policy forbids.`,
        );
      }
      judgePods(change, before, after, note);
    }
    if (type === 'resource' && kind !== 'Output') {
      judgePolicies(change, before, after, note);
      judgeNetwork(change, before, after, note);
      judgeMetadata(change, note);
    }
  },
};

// ------------------------------------------------------------------------------------------------ RBAC

/** Rights as atoms, `group resource verb name`: `*` stands for all. */
function rightsOf(role: JsonValue | undefined): ReadonlySet<string> {
  const rights = new Set<string>();
  for (const rule of asList(get(role, 'rules'))) {
    const names = texts(get(rule, 'resourceNames'));
    for (const verb of texts(get(rule, 'verbs'))) {
      for (const url of texts(get(rule, 'nonResourceURLs'))) rights.add(`url\n${url}\n${verb}\n`);
      for (const group of texts(get(rule, 'apiGroups'))) {
        for (const resource of texts(get(rule, 'resources'))) {
          for (const name of names.length > 0 ? names : ['*']) rights.add(`${group}\n${resource}\n${verb}\n${name}`);
        }
      }
    }
  }
  return rights;
}

function covered(right: string, by: ReadonlySet<string>): boolean {
  if (by.has(right)) return true;
  const parts = right.split('\n');
  for (const other of by) {
    const candidates = other.split('\n');
    if (candidates.every((candidate, index) => candidate === '*' || candidate === parts[index])) return true;
  }
  return false;
}

function rightText(right: string): string {
  const [group, resource, verb, name] = right.split('\n');
  if (group === 'url') return `${verb} ${resource}`;
  return `${verb} ${resource}${group ? `.${group}` : ''}${name && name !== '*' ? ` "${name}"` : ''}`;
}

function judgeRbac(
  change: ObjectChange,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  note: Note,
): void {
  const { kind, name } = change.subject;
  if (kind === 'Role' || kind === 'ClusterRole') {
    const [old, fresh] = [rightsOf(before), rightsOf(after)];
    const gained = [...fresh].filter((right) => !covered(right, old));
    const lost = [...old].filter((right) => !covered(right, fresh));
    // A new role grants nobody anything until it is bound; its binding is a change of its own.
    if (gained.length > 0 && change.action !== 'created') {
      note('access-widened', `${kind} ${name} may now ${few(gained.map(rightText))}${aggregated(after)}.`);
    }
    if (lost.length > 0 && change.action === 'changed') {
      note('updated', `${kind} ${name} may no longer ${few(lost.map(rightText))}.`);
    }
  }
  if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') {
    const subjects = (value: JsonValue | undefined) =>
      new Set(
        asList(get(value, 'subjects')).map(
          (subject) =>
            `${String(get(subject, 'kind'))} ${get(subject, 'namespace') === undefined ? '' : `${String(get(subject, 'namespace'))}/`}${String(get(subject, 'name'))}`,
        ),
      );
    const [old, fresh] = [subjects(before), subjects(after)];
    const role = asString(get(after ?? before, 'roleRef', 'name')) ?? '';
    const gained = [...fresh].filter((subject) => !old.has(subject));
    const lost = [...old].filter((subject) => !fresh.has(subject));
    if (gained.length > 0) note('access-widened', `${few(gained)} ${gained.length === 1 ? 'gets' : 'get'} ${role}.`);
    if (lost.length > 0 && change.action === 'changed') note('updated', `${few(lost)} lose ${role}.`);
  }
}

/** Whether further roles take these rules in by label. */
function aggregated(role: JsonValue | undefined): string {
  const labels = Object.keys(asObject(get(role, 'metadata', 'labels')) ?? {}).filter((key) =>
    key.includes('/aggregate-to-'),
  );
  return labels.length === 0 ? '' : `, and so may the roles that aggregate it (${labels.join(', ')})`;
}

// ------------------------------------------------------------------------------------------------ policies

interface Grant {
  readonly effect: string;
  readonly action: string;
  readonly resource: string;
  readonly principal: string;
  /** Canonical JSON of the conditions, '' for none. */
  readonly condition: string;
}

/** Statements of every policy document below a value, by the place of the document. */
function judgePolicies(
  change: ObjectChange,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  note: Note,
): void {
  const [old, fresh] = [grantsIn(get(before, 'Properties')), grantsIn(get(after, 'Properties'))];
  if (old.length === 0 && fresh.length === 0) return;
  const { kind, name } = change.subject;
  if (change.action === 'created' && !kind.endsWith('Policy')) return;
  const allow = (grants: readonly Grant[]) => grants.filter((grant) => grant.effect === 'Allow');
  const deny = (grants: readonly Grant[]) => grants.filter((grant) => grant.effect === 'Deny');
  const gained = allow(fresh).filter((grant) => !allow(old).some((other) => grants(other, grant)));
  const lost = allow(old).filter((grant) => !allow(fresh).some((other) => grants(other, grant)));
  const opened = deny(old).filter((grant) => !deny(fresh).some((other) => grants(other, grant)));
  if (change.action === 'removed') {
    if (opened.length > 0)
      note('access-widened', `What ${name} denied is denied no longer: ${few(opened.map(grantText))}.`);
    return;
  }
  if (gained.length > 0) note('access-widened', `${name} (${kind}) now allows ${few(gained.map(grantText))}.`);
  if (opened.length > 0) note('access-widened', `${name} (${kind}) no longer denies ${few(opened.map(grantText))}.`);
  if (lost.length > 0) note('updated', `${name} (${kind}) no longer allows ${few(lost.map(grantText))}.`);
}

function grantsIn(value: JsonValue | undefined): readonly Grant[] {
  if (Array.isArray(value)) return value.flatMap(grantsIn);
  const object = asObject(value);
  if (!object) return [];
  const statements = Object.hasOwn(object, 'Statement') ? listOf(object.Statement) : undefined;
  if (!statements) return Object.values(object).flatMap(grantsIn);
  return statements.flatMap((statement) => {
    const condition = get(statement, 'Condition');
    const principals = principalsOf(get(statement, 'Principal') ?? get(statement, 'NotPrincipal'));
    const negated = get(statement, 'NotAction') !== undefined || get(statement, 'NotPrincipal') !== undefined;
    return textsOf(get(statement, 'Action') ?? get(statement, 'NotAction')).flatMap((action) =>
      textsOf(get(statement, 'Resource') ?? get(statement, 'NotResource') ?? '*').flatMap((resource) =>
        principals.map((principal) => ({
          effect: String(get(statement, 'Effect')),
          action: negated ? `everything but ${action}` : action,
          resource: get(statement, 'NotResource') === undefined ? resource : `everything but ${resource}`,
          principal,
          condition: condition === undefined ? '' : canonical(condition),
        })),
      ),
    );
  });
}

function principalsOf(value: JsonValue | undefined): readonly string[] {
  if (value === undefined) return [''];
  const object = asObject(value);
  if (!object || isIntrinsic(object)) return textsOf(value);
  return Object.entries(object).flatMap(([kind, names]) => textsOf(names).map((name) => `${kind} ${name}`));
}

/** Whether `wide` allows at least what `narrow` does: wildcards in action and resource, and no further condition. */
function grants(wide: Grant, narrow: Grant): boolean {
  return (
    wildcard(wide.action.toLowerCase(), narrow.action.toLowerCase()) &&
    wildcard(wide.resource, narrow.resource) &&
    (wide.principal === narrow.principal || wide.principal === '*' || wide.principal === 'AWS *') &&
    (wide.condition === '' || wide.condition === narrow.condition)
  );
}

function wildcard(pattern: string, text: string): boolean {
  if (pattern === text || pattern === '*') return true;
  if (!pattern.includes('*') && !pattern.includes('?')) return false;
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}

function grantText(grant: Grant): string {
  const who = grant.principal === '' ? '' : ` for ${grant.principal}`;
  const where = grant.resource === '*' || grant.resource === '' ? '' : ` on ${grant.resource}`;
  return `${grant.action}${where}${who}${grant.condition === '' ? '' : ' under a condition'}`;
}

// ------------------------------------------------------------------------------------------------ network

const openTypes = new Set(['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress']);

function judgeNetwork(
  change: ObjectChange,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  note: Note,
): void {
  const { kind, name } = change.subject;
  if (openTypes.has(kind)) {
    if (change.action === 'removed') {
      note('updated', `${name} closes ${portsText(get(before, 'Properties'))}.`);
      return;
    }
    const value = get(after, 'Properties');
    if (change.action === 'created' || !sameOpening(get(before, 'Properties'), value)) {
      note('access-widened', `${name} opens ${portsText(value)}.`);
    }
    return;
  }
  if (kind !== 'AWS::EC2::SecurityGroup' || change.action === 'removed') return;
  for (const field of ['SecurityGroupIngress', 'SecurityGroupEgress']) {
    const old = asList(get(before, 'Properties', field));
    const fresh = asList(get(after, 'Properties', field));
    const opened = fresh.filter((rule) => !old.some((other) => sameOpening(other, rule)));
    const closed = old.filter((rule) => !fresh.some((other) => sameOpening(rule, other)));
    const direction = field === 'SecurityGroupIngress' ? '' : ' outward';
    if (opened.length > 0 && change.action !== 'created') {
      note('access-widened', `${name} opens${direction} ${few(opened.map(portsText))}.`);
    }
    if (closed.length > 0 && change.action === 'changed') {
      note('updated', `${name} closes${direction} ${few(closed.map(portsText))}.`);
    }
  }
}

/** Whether `fresh` opens no more than `old`: same peer and protocol, ports inside. */
function sameOpening(old: JsonValue | undefined, fresh: JsonValue | undefined): boolean {
  const [left, right] = [portRange(old), portRange(fresh)];
  return (
    peer(old) === peer(fresh) && left.protocol === right.protocol && left.from <= right.from && left.to >= right.to
  );
}

function portRange(rule: JsonValue | undefined): {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
} {
  const protocol = String(get(rule, 'IpProtocol') ?? '-1');
  const from = Number(get(rule, 'FromPort') ?? 0);
  const to = Number(get(rule, 'ToPort') ?? 65_535);
  return { protocol, from, to };
}

function peer(rule: JsonValue | undefined): string {
  const fields = [
    'CidrIp',
    'CidrIpv6',
    'SourceSecurityGroupId',
    'DestinationSecurityGroupId',
    'SourcePrefixListId',
    'DestinationPrefixListId',
  ];
  return fields
    .map((field) => get(rule, field))
    .filter((value) => value !== undefined)
    .map((value) => (typeof value === 'string' ? value : canonical(value)))
    .join(' ');
}

function portsText(rule: JsonValue | undefined): string {
  const { protocol, from, to } = portRange(rule);
  const ports = protocol === '-1' ? 'every port' : from === to ? `${protocol} ${from}` : `${protocol} ${from} to ${to}`;
  return `${ports} to ${peer(rule) || 'everybody'}`;
}

/** The instance metadata service, through which a pod may take its node's rights. */
function judgeMetadata(change: ObjectChange, note: Note): void {
  for (const field of change.fields) {
    const pattern = patternOf(field.path);
    if (!pattern.includes('MetadataOptions/')) continue;
    if (pattern.endsWith('/HttpTokens') && field.after !== 'required') {
      note('access-widened', 'The metadata service answers without a session token (IMDSv1).', field);
    }
    if (pattern.endsWith('/HttpPutResponseHopLimit') && Number(field.after) > Number(field.before)) {
      note(
        'access-widened',
        "Pods may reach the metadata service, and so their node's rights: the hop limit is raised.",
        field,
      );
    }
  }
}

// ------------------------------------------------------------------------------------------------ pods

const hostFields = /(?:^|\/)spec\/(?:hostNetwork|hostPID|hostIPC)$/;

function judgePods(
  change: ObjectChange,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  note: Note,
): void {
  if (change.action !== 'changed' || before === undefined || after === undefined) return;
  for (const field of change.fields) {
    const text = widened(field);
    if (text !== undefined) note('access-widened', text, field);
  }
}

function widened(field: FieldChange): string | undefined {
  const pattern = patternOf(field.path);
  if (hostFields.test(pattern) && field.after === true) return 'Its pods join a namespace of their node.';
  if (pattern.endsWith('securityContext/privileged') && field.after === true)
    return 'Its container becomes privileged: root on the node.';
  if (pattern.endsWith('securityContext/allowPrivilegeEscalation') && field.after !== false && field.before === false) {
    return 'Its container may gain privileges.';
  }
  if (pattern.endsWith('securityContext/runAsNonRoot') && field.before === true)
    return 'Its container may run as root.';
  if (pattern.endsWith('securityContext/runAsUser') && field.after === 0) return 'Its container runs as root.';
  if (isCapability(pattern) && field.kind === 'added') return `Its container gains capabilities.`;
  if (/\/volumes\/\*$/.test(pattern) && field.kind === 'added' && get(field.after, 'hostPath') !== undefined) {
    return `Its pods reach ${String(get(field.after, 'hostPath', 'path'))} of their node.`;
  }
  return undefined;
}

function isCapability(pattern: string): boolean {
  return /securityContext\/capabilities\/add(?:\/|$)/.test(pattern) || isWithin(pattern, 'capabilities/add');
}

// ------------------------------------------------------------------------------------------------ small helpers

/** The first three, and how many more. */
function few(list: readonly string[]): string {
  const sorted = [...new Set(list)].sort();
  const shown = sorted.slice(0, 3).join(', ');
  return sorted.length > 3 ? `${shown} and ${sorted.length - 3} more` : shown;
}

function texts(value: JsonValue | undefined): readonly string[] {
  return asList(value).flatMap((item) => asString(item) ?? []);
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value as JsonValue];
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return listOf(value).map((item) => (typeof item === 'string' ? item : canonical(item)));
}

function isIntrinsic(object: object): boolean {
  const keys = Object.keys(object);
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0]!.startsWith('Fn::'));
}

/** JSON with sorted keys. */
function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const object = asObject(value);
  if (!object) return JSON.stringify(value) ?? '';
  return `{${Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(object[key])}`)
    .join(',')}}`;
}
