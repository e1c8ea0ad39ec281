/** Which nodes are replaced: a launch template of another version means other instances. */
import type { JsonObject, JsonValue, ObjectChange, Subject } from '../../model.ts';
import { unpack } from '../documents.ts';
import { asList, asObject, asString, get, isWithin, patternOf } from '../path.ts';
import type { TemplateState } from '../state.ts';
import { referencesIn } from '../template.ts';
import type { ImpactContext, ImpactRule, Note } from './rule.ts';

export const nodeRoll: ImpactRule = {
  id: 'node-roll',
  title: 'a launch template changes, so nodes are replaced',
  judge(change, context, note) {
    if (change.action !== 'changed') return;
    if (change.subject.kind === 'AWS::EC2::LaunchTemplate') {
      // Any byte makes another version, also one that only writes the same differently.
      for (const field of change.fields) {
        if (!isWithin(patternOf(field.path), 'Properties/LaunchTemplateData')) continue;
        rollNodes(change.subject, context, (impact, text) => note(impact, text, field), '');
      }
      return;
    }
    if (change.subject.kind === 'AWS::AutoScaling::AutoScalingGroup') judgeGroup(change, context, note);
    if (change.subject.group === 'karpenter.k8s.aws' && change.subject.kind === 'EC2NodeClass') {
      judgeNodeClass(change, note);
    }
    if (change.subject.group === 'karpenter.sh' && change.subject.kind === 'NodePool') judgeNodePool(change, note);
  },
};

/** States that the nodes of every group that follows this launch template roll. */
export function rollNodes(
  template: Subject,
  context: ImpactContext,
  note: (impact: 'nodes-roll' | 'control-plane-restarts' | 'next-run', text: string) => void,
  because: string,
): void {
  const state = context.after.templates().find((candidate) => candidate.stack === template.group);
  if (!state) return;
  const groups = groupsOf(state, template.name);
  if (groups.length === 0) {
    note('next-run', `Launch template ${template.name} has a new version, which no group of this stack uses.`);
    return;
  }
  const following = groups.filter((group) => group.follows);
  if (following.length === 0) {
    note(
      'next-run',
      `Launch template ${template.name} has a new version; the groups stay on the version that they name.`,
    );
    return;
  }
  const where = poolText(state);
  const count = nodeText(following);
  const how = following.some((group) => group.rolling)
    ? 'by the update policy of the group'
    : 'by whatever rotates outdated nodes';
  const role = roleOf(state, template.name);
  if (role === 'worker') {
    note('nodes-roll', `${count} of ${where} ${count === '1 node' ? 'is' : 'are'} replaced${because}, ${how}.`);
  } else {
    note(
      'control-plane-restarts',
      `${count} of ${where} ${count === '1 node' ? 'is' : 'are'} replaced${because}, ${how}: ${
        role === 'etcd' ? 'etcd loses and regains one member at a time' : 'the API server restarts on each'
      }.`,
    );
  }
}

/**
 * Properties of a group that its update policy answers with other instances. Source: CloudFormation's template reference,
 * "UpdatePolicy attribute". A change of the launch template itself is told there.
 */
const rollingProperties = ['Properties/VPCZoneIdentifier', 'Properties/PlacementGroup'];
/** What instances of a group may be; those that are something else are outdated to whatever rotates nodes. */
const typeProperties = 'Properties/MixedInstancesPolicy/LaunchTemplate/Overrides';

function judgeGroup(change: ObjectChange, context: ImpactContext, note: Note): void {
  const state = context.after.templates().find((candidate) => candidate.stack === change.subject.group);
  const resource = state && get(state.resources, change.subject.name);
  if (!state || !resource) return;
  const properties = get(resource, 'Properties');
  const rolling = hasRollingPolicy(resource);
  const size = { least: numberOf(get(properties, 'MinSize')), most: numberOf(get(properties, 'MaxSize')) };
  const templates = referencesIn(properties).map((reference) => reference.target);
  const role = templates
    .filter((name) => get(state.resources, name, 'Type') === 'AWS::EC2::LaunchTemplate')
    .map((name) => roleOf(state, name))[0];
  const impact = role === undefined || role === 'worker' ? 'nodes-roll' : 'control-plane-restarts';
  for (const field of change.fields) {
    if (field.kind === 'rewritten' || field.kind === 'reordered') continue;
    const pattern = patternOf(field.path);
    if (rolling && rollingProperties.some((prefix) => isWithin(pattern, prefix))) {
      note(
        impact,
        `${nodeText([size])} of group ${change.subject.name} of ${poolText(state)} are replaced by its update policy.`,
        field,
      );
    } else if (isWithin(pattern, typeProperties) && (field.kind === 'removed' || field.kind === 'changed')) {
      note(
        impact,
        `Nodes of group ${change.subject.name} of ${poolText(state)} whose instance type is no longer listed are replaced by whatever rotates outdated nodes.`,
        field,
      );
    }
  }
}

function hasRollingPolicy(resource: JsonValue | undefined): boolean {
  const policy = asObject(get(resource, 'UpdatePolicy'));
  return policy?.AutoScalingRollingUpdate !== undefined || policy?.AutoScalingReplacingUpdate !== undefined;
}

interface Group {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Whether it takes the newest version by itself. */
  readonly follows: boolean;
  readonly rolling: boolean;
}

function groupsOf(state: TemplateState, launchTemplate: string): readonly Group[] {
  return Object.keys(state.resources).flatMap((name): readonly Group[] => {
    const resource = state.resources[name];
    if (get(resource, 'Type') !== 'AWS::AutoScaling::AutoScalingGroup') return [];
    const properties = get(resource, 'Properties');
    const specifications = [
      get(properties, 'LaunchTemplate'),
      get(properties, 'MixedInstancesPolicy', 'LaunchTemplate', 'LaunchTemplateSpecification'),
      ...asList(get(properties, 'MixedInstancesPolicy', 'LaunchTemplate', 'Overrides')).map((override) =>
        get(override, 'LaunchTemplateSpecification'),
      ),
    ].filter((specification) => specification !== undefined);
    const mine = specifications.filter((specification) =>
      referencesIn(specification).some((reference) => reference.target === launchTemplate),
    );
    if (mine.length === 0) return [];
    return [
      {
        name,
        least: numberOf(get(properties, 'MinSize')),
        most: numberOf(get(properties, 'MaxSize')),
        follows: mine.some((specification) => followsLatest(get(specification, 'Version'))),
        rolling: hasRollingPolicy(resource),
      },
    ];
  });
}

function followsLatest(version: JsonValue | undefined): boolean {
  if (version === '$Latest' || version === '$Default') return true;
  return referencesIn(version).some((reference) => reference.attribute.endsWith('VersionNumber'));
}

function numberOf(value: JsonValue | undefined): number {
  const number = Number(typeof value === 'string' || typeof value === 'number' ? value : Number.NaN);
  return Number.isFinite(number) ? number : 0;
}

function nodeText(groups: readonly Pick<Group, 'least' | 'most'>[]): string {
  const least = groups.reduce((sum, group) => sum + group.least, 0);
  const most = groups.reduce((sum, group) => sum + group.most, 0);
  if (least === most) return `${most} node${most === 1 ? '' : 's'}`;
  return `${least} to ${most} nodes`;
}

function poolText(state: TemplateState): string {
  const pool = state.artifact.pool;
  return pool === undefined ? `stack ${state.stack}` : `pool ${pool}`;
}

/** What runs on the nodes, by their user data: static pods of the control plane, etcd, or neither. */
function roleOf(template: TemplateState, launchTemplate: string): 'control-plane' | 'etcd' | 'worker' {
  const data = get(template.resources, launchTemplate, 'Properties', 'LaunchTemplateData', 'UserData');
  const text = userDataText(data);
  if (text.includes('kube-apiserver')) return 'control-plane';
  if (/\betcd\b/.test(text) && template.artifact.pool === undefined) return 'etcd';
  return 'worker';
}

/** Decoded user data, wherever the text stands: plain base64, gzip in base64, inside `Fn::Base64` or `Fn::Sub`. */
export function userDataText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return unpack(value) ?? decodeBase64(value);
  const object = asObject(value);
  if (object) {
    return Object.values(object as JsonObject)
      .map((inner) => (typeof inner === 'string' ? (unpack(inner) ?? inner) : userDataText(inner)))
      .join('\n');
  }
  return asList(value)
    .map((inner) => asString(inner) ?? userDataText(inner))
    .join('');
}

function decodeBase64(text: string): string {
  return /^[A-Za-z0-9+/=\s]+$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : text;
}

/** Fields of Karpenter's classes whose change is drift. Source: Karpenter documentation, "Drift". */
const drifting = [
  'spec/subnetSelectorTerms',
  'spec/securityGroupSelectorTerms',
  'spec/amiSelectorTerms',
  'spec/amiFamily',
  'spec/userData',
  'spec/tags',
  'spec/metadataOptions',
  'spec/blockDeviceMappings',
  'spec/detailedMonitoring',
  'spec/instanceStorePolicy',
  'spec/associatePublicIPAddress',
  'spec/kubelet',
  'spec/context',
  'spec/role',
  'spec/instanceProfile',
];

function judgeNodeClass(change: ObjectChange, note: Note): void {
  for (const field of change.fields) {
    if (field.kind === 'rewritten' || !drifting.some((prefix) => isWithin(patternOf(field.path), prefix))) continue;
    note(
      'nodes-roll',
      `Nodes of class ${change.subject.name} drift and are replaced within the pools' disruption budgets.`,
    );
    return;
  }
}

/** A pool's template drifts; its budgets, limits, weight and disruption settings do not. */
function judgeNodePool(change: ObjectChange, note: Note): void {
  for (const field of change.fields) {
    if (field.kind === 'rewritten' || !isWithin(patternOf(field.path), 'spec/template')) continue;
    // Requirements drift only nodes that no longer fit.
    const some = isWithin(patternOf(field.path), 'spec/template/spec/requirements');
    note(
      'nodes-roll',
      `${some ? 'Nodes that no longer fit the requirements' : 'The nodes'} of pool ${change.subject.name} drift and are replaced within its disruption budgets.`,
      field,
    );
  }
}
