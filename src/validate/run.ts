/** Runs the rules over a fleet: distinct artifacts once, findings folded over clusters, suppressions applied. */
import type { Place } from '../errors.ts';
import type { Artifact, ClusterPlan, Finding, Locate, Provenance, Repository, Unchecked } from '../model.ts';
import type { ArtifactRule, ClusterRule, FleetRule, Rule, RuleData } from './rule.ts';
import { applySuppressions, findSuppressions, type Suppression } from './suppress.ts';
import { type ClusterView, viewCluster } from './views.ts';

export interface ValidateInput {
  readonly repository: Repository;
  readonly plans: readonly ClusterPlan[];
  /** Artifacts of all plans, in any order. */
  readonly artifacts: readonly Artifact[];
  readonly data: RuleData;
  readonly rules: readonly Rule[];
  /** Places by the engine's trace; asked for findings only. */
  readonly locate: Locate;
  /** Line and column of a pointer in the written file. */
  readonly outputPlace: (artifact: Artifact, pointer: string) => Place | undefined;
  /** Text of a source file, for suppressions. */
  readonly readSource: (file: string) => string | undefined;
  /** Source files that may carry suppressions: units, libraries, overlays. */
  readonly sourceFiles: readonly string[];
  readonly now: Date;
  readonly readKeys?: (cluster: string) => ReadonlySet<string> | undefined;
  /** Some clusters were left out, so a suppression that nothing here needs may be needed there. */
  readonly partial?: boolean;
}

export interface ValidateResult {
  /** Sorted by severity, rule, place. */
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
  /** How many findings a justified suppression took away. */
  readonly suppressed: number;
}

/** A fault as a rule reported it, before folding. */
interface RawFinding {
  readonly rule: Rule;
  readonly artifact: Artifact;
  readonly pointer: string;
  readonly message: string;
  readonly cluster: string;
}

/** Validates everything and reports all findings at once. Never throws for what users wrote. */
export function validate(input: ValidateInput): ValidateResult {
  const byCluster = groupByCluster(input.artifacts);
  const views = input.plans.map((plan) => viewCluster(plan, byCluster.get(plan.cluster.name) ?? []));
  const raw: RawFinding[] = [];
  const unchecked = new Map<string, { rule: string; what: string; reason: string; clusters: Set<string> }>();
  const findings: Finding[] = [];

  const artifactRules = input.rules.filter((rule): rule is ArtifactRule => rule.scope === 'artifact');
  const clusterRules = input.rules.filter((rule): rule is ClusterRule => rule.scope === 'cluster');
  const fleetRules = input.rules.filter((rule): rule is FleetRule => rule.scope === 'fleet');

  const verdicts = new Map<Artifact['value'], readonly { rule: Rule; pointer: string; message: string }[]>();
  for (const view of views) {
    for (const artifact of view.artifacts) {
      let verdict = verdicts.get(artifact.value);
      if (!verdict) {
        verdict = judgeArtifact(artifact, artifactRules, input.data);
        verdicts.set(artifact.value, verdict);
      }
      for (const { rule, pointer, message } of verdict) {
        raw.push({ rule, artifact, pointer, message, cluster: view.name });
      }
    }
    for (const rule of clusterRules) {
      rule.check(
        view,
        (artifact, pointer, message) => raw.push({ rule, artifact, pointer, message, cluster: view.name }),
        (what, reason) => {
          const key = `${rule.id}\n${what}\n${reason}`;
          const entry = unchecked.get(key);
          if (entry) entry.clusters.add(view.name);
          else unchecked.set(key, { rule: rule.id, what, reason, clusters: new Set([view.name]) });
        },
        input.data,
      );
    }
  }
  for (const rule of fleetRules) {
    rule.check(
      { repository: input.repository, plans: input.plans, clusters: views, now: input.now, readKeys: input.readKeys },
      (place, clusters, message) =>
        findings.push({
          rule: rule.id,
          severity: rule.severity,
          message,
          clusters: [...clusters].sort(),
          source: place,
          dated: rule.dated,
        }),
      input.data,
    );
  }
  findings.push(...foldFindings(raw, views, input));

  const suppressions = input.sourceFiles.flatMap((file): readonly Suppression[] => {
    const text = input.readSource(file);
    return text === undefined ? [] : findSuppressions(file, text);
  });
  const ids = new Set(input.rules.map((rule) => rule.id));
  const targets = new Set([...input.repository.channels.values()].map((channel) => channel.promotesTo));
  const copies = [...input.repository.channels.values()].filter(({ name }) => targets.has(name));
  const kept = applySuppressions(
    findings,
    suppressions,
    ids,
    input.partial === true,
    copies.map(({ folder }) => folder),
  );
  return {
    findings: [...kept.findings].sort(compareFindings),
    unchecked: [...unchecked.values()]
      .map((entry) => ({ ...entry, clusters: [...entry.clusters].sort() }))
      .sort((a, b) => compareText(`${a.rule} ${a.what}`, `${b.rule} ${b.what}`)),
    suppressed: kept.suppressed,
  };
}

function judgeArtifact(artifact: Artifact, rules: readonly ArtifactRule[], data: RuleData) {
  const verdict: { rule: Rule; pointer: string; message: string }[] = [];
  for (const rule of rules) {
    rule.check(artifact, (pointer, message) => verdict.push({ rule, pointer, message }), data);
  }
  return verdict;
}

/**
 * The same fault on many clusters is one finding. Clusters are told apart by their identity in names and messages, so
 * the key has the cluster's own name, local id, id and account replaced.
 */
function foldFindings(
  raw: readonly RawFinding[],
  views: readonly ClusterView[],
  input: ValidateInput,
): readonly Finding[] {
  const identities = new Map(views.map((view) => [view.name, identityPatterns(view)]));
  const channels = new Map(views.map((view) => [view.name, (artifact: Artifact) => channelOf(view, artifact)]));
  const folded = new Map<string, { first: RawFinding; clusters: Set<string> }>();
  for (const finding of raw) {
    const neutral = neutralise(
      `${finding.artifact.path}\n${finding.pointer}\n${finding.message}`,
      identities.get(finding.cluster) ?? [],
    );
    // The same words about another channel are about another file.
    const key = `${finding.rule.id}\n${channels.get(finding.cluster)?.(finding.artifact) ?? ''}\n${neutral}`;
    const entry = folded.get(key);
    if (entry) entry.clusters.add(finding.cluster);
    else folded.set(key, { first: finding, clusters: new Set([finding.cluster]) });
  }
  return [...folded.values()].map(({ first, clusters }) => {
    const provenance = locateNearest(first.artifact, first.pointer, input.locate);
    return {
      rule: first.rule.id,
      severity: first.rule.severity,
      message: first.message,
      clusters: [...clusters].sort(),
      artifact: first.artifact.path,
      pointer: first.pointer,
      output: input.outputPlace(first.artifact, first.pointer),
      source: provenance?.source,
      overlay: overlayPlace(provenance),
      chain: provenance ? chainOf(provenance) : [],
      dated: first.rule.dated,
    };
  });
}

/** The channel that a cluster takes an artifact's unit from. */
function channelOf(view: ClusterView, artifact: Artifact): string {
  const { cluster } = view.plan;
  return cluster.channels.get(artifact.unit.name) ?? cluster.channel;
}

/** The trace of a node, or of the nearest one above it: what lacks a field is the object. */
function locateNearest(artifact: Artifact, pointer: string, locate: Locate): Provenance | undefined {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const provenance = locate(artifact, at);
    if (provenance || at === '') return provenance;
  }
}

/** The strongest setting that a person wrote for this cluster; defaults and layers are the unit's own business. */
function overlayPlace(provenance: Provenance | undefined): Place | undefined {
  for (const { settings } of provenance?.overlay ?? []) {
    const setting = settings[0];
    if (setting && setting.origin.layer !== 'default') return setting.origin.place;
  }
  return undefined;
}

function chainOf(provenance: Provenance): readonly Place[] {
  return [
    provenance.source,
    ...provenance.calls,
    ...provenance.overlay.flatMap(({ settings }) => (settings[0] ? [settings[0].origin.place] : [])),
  ];
}

function identityPatterns(view: ClusterView): readonly string[] {
  const identity = view.plan.cluster.identity;
  const account = String(identity.infrastructure_account ?? '').replace(/^aws:/, '');
  return [String(identity.id ?? ''), view.name, String(identity.local_id ?? ''), account]
    .filter((text) => text.length > 2)
    .sort((a, b) => b.length - a.length);
}

function neutralise(text: string, identity: readonly string[]): string {
  return identity.reduce((result, part) => result.replaceAll(part, '<cluster>'), text);
}

function groupByCluster(artifacts: readonly Artifact[]): ReadonlyMap<string, readonly Artifact[]> {
  const groups = new Map<string, Artifact[]>();
  for (const artifact of artifacts) {
    const group = groups.get(artifact.cluster);
    if (group) group.push(artifact);
    else groups.set(artifact.cluster, [artifact]);
  }
  return groups;
}

const severityRank = { error: 0, warning: 1, info: 2 } as const;

function compareFindings(a: Finding, b: Finding): number {
  return (
    severityRank[a.severity] - severityRank[b.severity] ||
    compareText(a.rule, b.rule) ||
    compareText(a.source?.file ?? '', b.source?.file ?? '') ||
    (a.source?.line ?? 0) - (b.source?.line ?? 0) ||
    compareText(a.artifact ?? '', b.artifact ?? '') ||
    compareText(a.pointer ?? '', b.pointer ?? '') ||
    compareText(a.message, b.message)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
