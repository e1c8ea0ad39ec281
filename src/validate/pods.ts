/** What pods refer to: ports, volumes, ConfigMaps and Secrets, with the pointer of each reference. */
import type { JsonObject, JsonValue } from '../model.ts';
import { asList, asObject, asString, get, pointerOf } from './rule.ts';
import type { ContainerView, PodView } from './views.ts';

/** A reference to a ConfigMap or a Secret, to the whole of it or to some of its keys. */
export interface DataReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** Pointer of the name. */
  readonly pointer: string;
  readonly keys: readonly { readonly key: string; readonly pointer: string }[];
  /** Whether the pod starts without it. */
  readonly optional: boolean;
}

/** Every ConfigMap and Secret that a pod reads: env, envFrom, volumes, projected volumes, image pull secrets left out. */
export function dataReferences(pod: PodView): readonly DataReference[] {
  const references: DataReference[] = [];
  for (const container of pod.containers) {
    asList(get(container.value, 'env')).forEach((entry, index) => {
      for (const [field, kind] of [
        ['configMapKeyRef', 'ConfigMap'],
        ['secretKeyRef', 'Secret'],
      ] as const) {
        const reference = asObject(get(entry, 'valueFrom', field));
        if (!reference) continue;
        const pointer = `${container.pointer}${pointerOf('env', index, 'valueFrom', field)}`;
        references.push({
          kind,
          name: asString(get(reference, 'name')) ?? '',
          pointer: `${pointer}/name`,
          keys: [{ key: asString(get(reference, 'key')) ?? '', pointer: `${pointer}/key` }],
          optional: get(reference, 'optional') === true,
        });
      }
    });
    asList(get(container.value, 'envFrom')).forEach((entry, index) => {
      for (const [field, kind] of [
        ['configMapRef', 'ConfigMap'],
        ['secretRef', 'Secret'],
      ] as const) {
        const reference = asObject(get(entry, field));
        if (!reference) continue;
        references.push({
          kind,
          name: asString(get(reference, 'name')) ?? '',
          pointer: `${container.pointer}${pointerOf('envFrom', index, field, 'name')}`,
          keys: [],
          optional: get(reference, 'optional') === true,
        });
      }
    });
  }
  asList(get(pod.spec, 'volumes')).forEach((volume, index) => {
    const pointer = `${pod.pointer}${pointerOf('spec', 'volumes', index)}`;
    pushVolume(references, volume, pointer, 'configMap', 'ConfigMap', 'name');
    pushVolume(references, volume, pointer, 'secret', 'Secret', 'secretName');
    asList(get(volume, 'projected', 'sources')).forEach((source, at) => {
      const inner = `${pointer}${pointerOf('projected', 'sources', at)}`;
      pushVolume(references, source, inner, 'configMap', 'ConfigMap', 'name');
      pushVolume(references, source, inner, 'secret', 'Secret', 'name');
    });
  });
  return references;
}

function pushVolume(
  references: DataReference[],
  volume: JsonValue,
  pointer: string,
  field: string,
  kind: DataReference['kind'],
  nameField: string,
): void {
  const source = asObject(get(volume, field));
  if (!source) return;
  references.push({
    kind,
    name: asString(get(source, nameField)) ?? '',
    pointer: `${pointer}${pointerOf(field, nameField)}`,
    keys: asList(get(source, 'items')).map((item, index) => ({
      key: asString(get(item, 'key')) ?? '',
      pointer: `${pointer}${pointerOf(field, 'items', index, 'key')}`,
    })),
    optional: get(source, 'optional') === true,
  });
}

export interface PortView {
  readonly name?: string;
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly protocol: string;
  readonly pointer: string;
}

/** Ports that a container declares. */
export function containerPorts(container: ContainerView): readonly PortView[] {
  return asList(get(container.value, 'ports')).flatMap((port, index) => {
    const number = get(port, 'containerPort');
    if (typeof number !== 'number') return [];
    const hostPort = get(port, 'hostPort');
    return [
      {
        name: asString(get(port, 'name')),
        containerPort: number,
        hostPort: typeof hostPort === 'number' ? hostPort : undefined,
        protocol: asString(get(port, 'protocol')) ?? 'TCP',
        pointer: `${container.pointer}${pointerOf('ports', index)}`,
      },
    ];
  });
}

/** Ports of every container of a pod, sidecars (init containers that restart) included. */
export function podPorts(pod: PodView): readonly PortView[] {
  return pod.containers
    .filter((container) => !container.init || get(container.value, 'restartPolicy') === 'Always')
    .flatMap(containerPorts);
}

/** Whether a port that something names (by number or name) is one that the pod declares. */
export function findPort(pod: PodView, port: JsonValue | undefined, protocol = 'TCP'): PortView | undefined {
  return podPorts(pod).find(
    (candidate) =>
      candidate.protocol === protocol &&
      (typeof port === 'number' ? candidate.containerPort === port : candidate.name === port),
  );
}

/** A pod in words: `Deployment kube-system/skipper`. */
export function podText(pod: PodView): string {
  return `${pod.owner.kind} ${pod.namespace === '' ? '' : `${pod.namespace}/`}${pod.owner.name}`;
}

/** Labels, with anything that is no string left to the schema's rules. */
export function labelsOf(object: JsonObject): JsonObject {
  return asObject(get(object, 'metadata', 'labels')) ?? {};
}
