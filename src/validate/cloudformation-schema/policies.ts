/** IAM policy documents inside templates: where they stand, their grammar, and the names that they use. */
import type { JsonObject, JsonValue } from '../../model.ts';
import { isCidr, isIpv4, isIpv6, show } from '../kubernetes-schema/formats.ts';
import { didYouMean } from '../kubernetes-schema/walk.ts';
import { asObject, asString, get, pointerOf, type SchemaIssue } from '../rule.ts';
import { alternatives, intrinsicOf, literalText } from './intrinsics.ts';

/** What is known of IAM. Names in any case. */
export interface IamFacts {
  /** Service prefix to its actions and condition keys; `aws` has the global keys. */
  readonly iamServices: () => Readonly<Record<string, { readonly actions: string; readonly keys?: string }>>;
}

/** Identity policies say what their holder may do; resource policies who may; trust policies who may become the role. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/** Where documents stand, by type; `*` is every entry of a list. */
const places: Readonly<Record<string, readonly (readonly [path: string, kind: PolicyKind])[]>> = {
  'AWS::IAM::Role': [
    ['AssumeRolePolicyDocument', 'trust'],
    ['Policies/*/PolicyDocument', 'identity'],
  ],
  'AWS::IAM::User': [['Policies/*/PolicyDocument', 'identity']],
  'AWS::IAM::Group': [['Policies/*/PolicyDocument', 'identity']],
  'AWS::IAM::Policy': [['PolicyDocument', 'identity']],
  'AWS::IAM::ManagedPolicy': [['PolicyDocument', 'identity']],
  'AWS::IAM::RolePolicy': [['PolicyDocument', 'identity']],
  'AWS::IAM::UserPolicy': [['PolicyDocument', 'identity']],
  'AWS::IAM::GroupPolicy': [['PolicyDocument', 'identity']],
  'AWS::SSO::PermissionSet': [['InlinePolicy', 'identity']],
  'AWS::S3::BucketPolicy': [['PolicyDocument', 'resource']],
  'AWS::S3::AccessPoint': [['Policy', 'resource']],
  'AWS::SQS::QueuePolicy': [['PolicyDocument', 'resource']],
  'AWS::SQS::QueueInlinePolicy': [['PolicyDocument', 'resource']],
  'AWS::SNS::TopicPolicy': [['PolicyDocument', 'resource']],
  'AWS::SNS::TopicInlinePolicy': [['PolicyDocument', 'resource']],
  'AWS::KMS::Key': [['KeyPolicy', 'resource']],
  'AWS::KMS::ReplicaKey': [['KeyPolicy', 'resource']],
  'AWS::SecretsManager::ResourcePolicy': [['ResourcePolicy', 'resource']],
  'AWS::ECR::Repository': [['RepositoryPolicyText', 'resource']],
  'AWS::EFS::FileSystem': [['FileSystemPolicy', 'resource']],
  'AWS::EC2::VPCEndpoint': [['PolicyDocument', 'resource']],
  'AWS::DynamoDB::Table': [['ResourcePolicy/PolicyDocument', 'resource']],
  'AWS::OpenSearchService::Domain': [['AccessPolicies', 'resource']],
  'AWS::Backup::BackupVault': [['AccessPolicy', 'resource']],
};

type Path = readonly (string | number)[];

interface Walk {
  readonly template: JsonObject;
  readonly facts: IamFacts;
  readonly kind: PolicyKind;
  readonly issues: SchemaIssue[];
  /** Key policies and repository policies speak of their own resource and need not name one. */
  readonly resourceOptional: boolean;
}

/** Judges every policy document of a template. */
export function checkPolicyDocuments(template: JsonObject, facts: IamFacts): readonly SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  const resources = asObject(template.Resources) ?? {};
  for (const id of Object.keys(resources)) {
    const type = asString(get(resources, id, 'Type')) ?? '';
    const properties = get(resources, id, 'Properties');
    const found = Object.hasOwn(places, type) ? places[type]! : [];
    for (const [path, kind] of properties === undefined ? [] : found) {
      const resourceOptional = kind === 'trust' || type === 'AWS::ECR::Repository' || type === 'AWS::EFS::FileSystem';
      const walk: Walk = { template, facts, kind, issues, resourceOptional };
      follow(walk, properties!, path.split('/'), ['Resources', id, 'Properties']);
    }
  }
  return issues;
}

function follow(walk: Walk, value: JsonValue, steps: readonly string[], path: Path): void {
  for (const alternative of alternatives(walk.template, value)) {
    if (alternative.kind !== 'value') continue;
    const at = [...path, ...alternative.path];
    const [step, ...rest] = steps;
    if (step === undefined) checkDocument(walk, alternative.value, at);
    else if (step === '*') {
      if (!Array.isArray(alternative.value)) continue;
      alternative.value.forEach((entry: JsonValue, index) => {
        follow(walk, entry, rest, [...at, index]);
      });
    } else {
      const child = get(alternative.value, step);
      if (child !== undefined) follow(walk, child, rest, [...at, step]);
    }
  }
}

type PolicyCode = 'iam-document' | 'iam-action' | 'iam-condition';

function report(walk: Walk, code: PolicyCode, path: Path, message: string): void {
  walk.issues.push({ code, pointer: pointerOf(...path), message });
}

/** Every certain value of an expression, or of each entry of a list, with its path. */
function* certain(walk: Walk, value: JsonValue | undefined, path: Path): Generator<readonly [JsonValue, Path]> {
  if (value === undefined) return;
  for (const alternative of alternatives(walk.template, value)) {
    if (alternative.kind !== 'value') continue;
    const at = [...path, ...alternative.path];
    if (Array.isArray(alternative.value)) {
      for (let index = 0; index < alternative.value.length; index++) {
        yield* certain(walk, alternative.value[index], [...at, index]);
      }
    } else yield [alternative.value, at];
  }
}

function keysOf(walk: Walk, object: JsonObject, known: readonly string[], path: Path, what: string): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue;
    const guess = didYouMean(key, known);
    report(
      walk,
      'iam-document',
      [...path, key],
      `${what} has no ${key}.${guess ? ` Did you mean ${guess}?` : ` It has ${known.join(', ')}.`}`,
    );
  }
}

function checkDocument(walk: Walk, value: JsonValue, path: Path): void {
  // Some properties take the document as text; what is no JSON is left to the property's own rules.
  const document = asObject(typeof value === 'string' ? parsed(value) : value);
  if (!document) {
    if (typeof value !== 'string') report(walk, 'iam-document', path, 'a policy document is a map.');
    return;
  }
  keysOf(walk, document, ['Id', 'Statement', 'Version'], path, 'a policy document');
  const version = document.Version;
  if (version !== undefined && isLiteral(version) && !['2012-10-17', '2008-10-17'].includes(String(version))) {
    report(
      walk,
      'iam-document',
      [...path, 'Version'],
      `the version of a policy is "2012-10-17", not ${show(version)}.`,
    );
  } else if (version !== '2012-10-17' && JSON.stringify(document).includes('${aws:')) {
    report(
      walk,
      'iam-document',
      path,
      'policy variables such as ${aws:username} need Version "2012-10-17": without it they are plain text.',
    );
  }
  if (document.Statement === undefined) {
    report(walk, 'iam-document', path, 'the policy has no Statement.');
    return;
  }
  const sids = new Set<string>();
  for (const [entry, at] of certain(walk, document.Statement, [...path, 'Statement'])) {
    const statement = asObject(entry);
    if (!statement) {
      report(walk, 'iam-document', at, `a statement is a map, not ${show(entry)}.`);
      continue;
    }
    checkStatement(walk, statement, at);
    const sid = asString(statement.Sid);
    if (sid !== undefined && sids.has(sid))
      report(walk, 'iam-document', [...at, 'Sid'], `the Sid ${sid} stands twice in this policy.`);
    if (sid !== undefined) sids.add(sid);
  }
}

/** Whether a value is written out: not left to a function. */
function isLiteral(value: JsonValue): boolean {
  return intrinsicOf(value) === undefined;
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

const statementKeys = [
  'Action',
  'Condition',
  'Effect',
  'NotAction',
  'NotPrincipal',
  'NotResource',
  'Principal',
  'Resource',
  'Sid',
];

function checkStatement(walk: Walk, statement: JsonObject, path: Path): void {
  const fault = (message: string, ...at: readonly string[]) => report(walk, 'iam-document', [...path, ...at], message);
  keysOf(walk, statement, statementKeys, path, 'a statement');
  const effect = statement.Effect;
  if (effect === undefined) fault('the statement has no Effect.');
  else if (isLiteral(effect) && effect !== 'Allow' && effect !== 'Deny')
    fault(`Effect is Allow or Deny, not ${show(effect)}.`, 'Effect');
  exactlyOne(statement, ['Action', 'NotAction'], fault);
  if (walk.kind === 'trust') {
    for (const key of ['Resource', 'NotResource']) {
      if (statement[key] !== undefined) fault(`a trust policy speaks of its role and has no ${key}.`, key);
    }
  } else if (!walk.resourceOptional || statement.Resource !== undefined)
    exactlyOne(statement, ['Resource', 'NotResource'], fault);
  if (walk.kind === 'identity') {
    for (const key of ['Principal', 'NotPrincipal']) {
      if (statement[key] !== undefined) fault(`an identity policy speaks of its holder and has no ${key}.`, key);
    }
  } else exactlyOne(statement, ['Principal', 'NotPrincipal'], fault);
  const sid = asString(statement.Sid);
  if (sid !== undefined && walk.kind === 'identity' && !/^[A-Za-z0-9]+$/.test(sid))
    fault(`the Sid ${sid} may have letters and digits only.`, 'Sid');
  for (const key of ['Action', 'NotAction']) checkActions(walk, statement[key], [...path, key]);
  for (const key of ['Resource', 'NotResource']) checkResources(walk, statement[key], [...path, key]);
  for (const key of ['Principal', 'NotPrincipal']) checkPrincipal(walk, statement, statement[key], [...path, key]);
  checkConditions(walk, statement.Condition, [...path, 'Condition']);
}

function exactlyOne(statement: JsonObject, keys: readonly [string, string], fault: (message: string) => void): void {
  const present = keys.filter((key) => statement[key] !== undefined);
  if (present.length === 0) fault(`the statement has no ${keys[0]}.`);
  else if (present.length === 2) fault(`the statement has both ${keys.join(' and ')}.`);
}

const actionPattern = /^(?:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/;

function checkActions(walk: Walk, value: JsonValue | undefined, path: Path): void {
  for (const [entry, at] of certain(walk, value, path)) {
    if (typeof entry !== 'string') {
      report(walk, 'iam-document', at, `an action is a text such as s3:GetObject, not ${show(entry)}.`);
      continue;
    }
    if (!actionPattern.test(entry)) {
      report(walk, 'iam-document', at, `${show(entry)} is no action: write service:Action.`);
      continue;
    }
    if (entry === '*') continue;
    const colon = entry.indexOf(':');
    const service = entry.slice(0, colon).toLowerCase();
    const services = walk.facts.iamServices();
    const row = service !== 'aws' && Object.hasOwn(services, service) ? services[service] : undefined;
    if (!row) {
      const guess = didYouMean(service, Object.keys(services));
      report(walk, 'iam-action', at, `IAM knows no service ${service}.${guess ? ` Did you mean ${guess}?` : ''}`);
      continue;
    }
    const name = entry.slice(colon + 1).toLowerCase();
    const { names, lower } = actionsOf(row);
    if (lower.has(name) || (/[*?]/.test(name) && [...lower].some((known) => matches(name, known)))) continue;
    const guess = didYouMean(entry.slice(colon + 1), names);
    const what = /[*?]/.test(name)
      ? `no action of ${service} matches ${entry}`
      : `${service} has no action ${entry.slice(colon + 1)}`;
    report(walk, 'iam-action', at, `${what}.${guess ? ` Did you mean ${service}:${guess}?` : ''}`);
  }
}

const actionLists = new WeakMap<object, { readonly names: readonly string[]; readonly lower: ReadonlySet<string> }>();

/** Actions of a service, split once. */
function actionsOf(row: { readonly actions: string }) {
  let list = actionLists.get(row);
  if (!list) {
    list = { names: row.actions.split(' '), lower: new Set(row.actions.toLowerCase().split(' ')) };
    actionLists.set(row, list);
  }
  return list;
}

const globs = new Map<string, RegExp>();

/** Whether a name matches a pattern of `*` and `?`. */
function matches(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name;
  let compiled = globs.get(pattern);
  if (!compiled) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\/]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    compiled = new RegExp(`^${source}$`);
    globs.set(pattern, compiled);
  }
  return compiled.test(name);
}

const arnPattern = /^(?:\*|arn:(?:aws[a-z-]*|\*|\$\{[^}]*\}):[^:]+:[^:]*:[^:]*:.+)$/;

function checkResources(walk: Walk, value: JsonValue | undefined, path: Path): void {
  for (const [entry, at] of certain(walk, value, path)) {
    if (typeof entry !== 'string') report(walk, 'iam-document', at, `a resource is an ARN or *, not ${show(entry)}.`);
    else if (!arnPattern.test(entry))
      report(
        walk,
        'iam-document',
        at,
        `${show(entry)} is no ARN: write arn:aws:service:region:account:resource, or *.`,
      );
  }
}

const principalKinds = ['AWS', 'CanonicalUser', 'Federated', 'Service'];
const awsPrincipal =
  /^(?:\*|\d{12}|[A-Z0-9]{21}|arn:aws[a-z-]*:(?:iam|sts)::\d{12}:.+|arn:aws[a-z-]*:iam::cloudfront:user\/.+)$/;

function checkPrincipal(walk: Walk, statement: JsonObject, value: JsonValue | undefined, path: Path): void {
  if (value === undefined) return;
  for (const alternative of alternatives(walk.template, value)) {
    if (alternative.kind !== 'value') continue;
    const at = [...path, ...alternative.path];
    if (alternative.value === '*') continue;
    const principal = asObject(alternative.value);
    if (!principal) {
      report(
        walk,
        'iam-document',
        at,
        `a principal is * or a map such as {Service: ec2.amazonaws.com}, not ${show(alternative.value)}.`,
      );
      continue;
    }
    keysOf(walk, principal, principalKinds, at, 'a principal');
    for (const [entry, place] of certain(walk, principal.AWS, [...at, 'AWS'])) {
      if (typeof entry !== 'string' || !awsPrincipal.test(entry)) {
        report(
          walk,
          'iam-document',
          place,
          `${show(entry)} is no AWS principal: an account id, or the ARN of a user or role.`,
        );
      }
    }
    for (const [entry, place] of certain(walk, principal.Service, [...at, 'Service'])) {
      if (
        typeof entry !== 'string' ||
        !/^[a-z0-9.-]+\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.internal)$/.test(entry)
      ) {
        report(walk, 'iam-document', place, `${show(entry)} is no service principal such as ec2.amazonaws.com.`);
      }
    }
    if (walk.kind === 'trust') checkTrust(walk, statement, principal, path.slice(0, -1));
  }
}

/** A role is assumed by another call for each kind of principal; the wrong one lets nobody in. */
function checkTrust(walk: Walk, statement: JsonObject, principal: JsonObject, path: Path): void {
  const actions = [...certain(walk, statement.Action, [...path, 'Action'])].map(([action]) =>
    String(action).toLowerCase(),
  );
  if (actions.length === 0) return;
  const allows = (name: string) => actions.some((action) => matches(action, name.toLowerCase()));
  for (const action of actions) {
    if (action !== '*' && !action.startsWith('sts:')) {
      report(walk, 'iam-document', [...path, 'Action'], `a trust policy allows actions of sts, not ${action}.`);
    }
  }
  if (statement.Effect !== 'Allow') return;
  for (const [entry] of certain(walk, principal.Federated, path)) {
    const saml = String(entry).includes(':saml-provider/');
    const needed = saml ? 'sts:AssumeRoleWithSAML' : 'sts:AssumeRoleWithWebIdentity';
    if (!allows(needed))
      report(
        walk,
        'iam-document',
        [...path, 'Action'],
        `a federated principal assumes the role by ${needed}, which this statement does not allow.`,
      );
  }
  if (principal.Service !== undefined && !allows('sts:AssumeRole')) {
    report(
      walk,
      'iam-document',
      [...path, 'Action'],
      'a service assumes the role by sts:AssumeRole, which this statement does not allow.',
    );
  }
}

const operators: Readonly<Record<string, 'text' | 'number' | 'date' | 'boolean' | 'address' | 'arn'>> = {
  StringEquals: 'text',
  StringNotEquals: 'text',
  StringEqualsIgnoreCase: 'text',
  StringNotEqualsIgnoreCase: 'text',
  StringLike: 'text',
  StringNotLike: 'text',
  NumericEquals: 'number',
  NumericNotEquals: 'number',
  NumericLessThan: 'number',
  NumericLessThanEquals: 'number',
  NumericGreaterThan: 'number',
  NumericGreaterThanEquals: 'number',
  DateEquals: 'date',
  DateNotEquals: 'date',
  DateLessThan: 'date',
  DateLessThanEquals: 'date',
  DateGreaterThan: 'date',
  DateGreaterThanEquals: 'date',
  Bool: 'boolean',
  BinaryEquals: 'text',
  IpAddress: 'address',
  NotIpAddress: 'address',
  ArnEquals: 'arn',
  ArnNotEquals: 'arn',
  ArnLike: 'arn',
  ArnNotLike: 'arn',
  Null: 'boolean',
};

function checkConditions(walk: Walk, value: JsonValue | undefined, path: Path): void {
  if (value === undefined) return;
  for (const alternative of alternatives(walk.template, value)) {
    if (alternative.kind !== 'value') continue;
    const at = [...path, ...alternative.path];
    const condition = asObject(alternative.value);
    if (!condition) {
      report(walk, 'iam-condition', at, 'Condition is a map of operators.');
      continue;
    }
    for (const operator of Object.keys(condition)) {
      const plain = operator.replace(/^ForA(?:ny|ll)Values?:/, '').replace(/IfExists$/, '');
      const wanted = Object.hasOwn(operators, plain) ? operators[plain]! : undefined;
      const prefix = /^([A-Za-z]+):/.exec(operator)?.[1];
      if (wanted === undefined || (prefix !== undefined && prefix !== 'ForAnyValue' && prefix !== 'ForAllValues')) {
        const guess = didYouMean(plain, Object.keys(operators));
        report(
          walk,
          'iam-condition',
          [...at, operator],
          `there is no condition operator ${operator}.${guess ? ` Did you mean ${guess}?` : ''}`,
        );
        continue;
      }
      for (const test of alternatives(walk.template, condition[operator]!)) {
        const keys = test.kind === 'value' ? asObject(test.value) : undefined;
        if (test.kind !== 'value') continue;
        const here = [...at, operator, ...test.path];
        if (!keys) report(walk, 'iam-condition', here, `${operator} is a map of condition keys.`);
        for (const key of Object.keys(keys ?? {})) {
          checkConditionKey(walk, key, [...here, key]);
          for (const [entry, place] of certain(walk, keys![key], [...here, key]))
            checkOperand(walk, operator, wanted, entry, place);
        }
      }
    }
  }
}

function checkOperand(walk: Walk, operator: string, wanted: string, value: JsonValue, path: Path): void {
  const text = literalText(walk.template, value);
  if (text === undefined || text.includes('${')) {
    if (typeof value === 'object')
      report(walk, 'iam-condition', path, `${operator} compares with texts, not with ${show(value)}.`);
    return;
  }
  const fits =
    wanted === 'number'
      ? Number.isFinite(Number(text))
      : wanted === 'boolean'
        ? text === 'true' || text === 'false'
        : wanted === 'address'
          ? isCidr(text) || isIpv4(text) || isIpv6(text)
          : wanted !== 'arn' || text === '*' || text.startsWith('arn:');
  const words: Readonly<Record<string, string>> = {
    number: 'a number',
    boolean: 'true or false',
    address: 'an address or CIDR block',
    arn: 'an ARN',
  };
  if (!fits)
    report(walk, 'iam-condition', path, `${operator} compares with ${words[wanted]}, not with ${show(value)}.`);
}

function checkConditionKey(walk: Walk, key: string, path: Path): void {
  const colon = key.indexOf(':');
  if (colon < 0) {
    report(walk, 'iam-condition', path, `${key} is no condition key: write service:Key or aws:Key.`);
    return;
  }
  const service = key.slice(0, colon).toLowerCase();
  // Identity providers name their keys by their host: the cluster's issuer, for one.
  if (service.includes('.') || service === 'saml' || service === 'token') return;
  const services = walk.facts.iamServices();
  const row = Object.hasOwn(services, service) ? services[service] : undefined;
  const known = row?.keys?.split(' ') ?? [];
  if (known.some((name) => matches(name.toLowerCase().replace(/\$\{[^}]*\}/g, '*'), key.toLowerCase()))) return;
  const guess = didYouMean(
    key,
    known.length > 0 ? known : Object.keys(services).map((name) => `${name}:${key.slice(colon + 1)}`),
  );
  report(walk, 'iam-condition', path, `there is no condition key ${key}.${guess ? ` Did you mean ${guess}?` : ''}`);
}
