/** A program that is told to read a file below a mounted ConfigMap finds it there. */
import { podText } from '../pods.ts';
import { asList, asObject, asString, type ClusterRule, get, nearest } from '../rule.ts';
import type { ClusterView, ContainerView, PodView } from '../views.ts';

export const mountedFileExists: ClusterRule = {
  id: 'mounted-file-exists',
  family: 'references',
  severity: 'error',
  title: 'a file that an argument names below a mounted ConfigMap is a key of it',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      for (const container of pod.containers) {
        const mounts = configMounts(cluster, pod, container);
        if (mounts.length === 0) continue;
        for (const field of ['args', 'command'] as const) {
          asList(get(container.value, field)).forEach((argument, index) => {
            const path = typeof argument === 'string' ? /(?:^|=|\s)(\/[\w./-]+)$/.exec(argument)?.[1] : undefined;
            const mount = path === undefined ? undefined : mounts.find(({ folder }) => path.startsWith(`${folder}/`));
            if (path === undefined || !mount) return;
            const file = path.slice(mount.folder.length + 1);
            const isFolder = mount.files.some((name) => name.startsWith(`${file}/`)) || file === '';
            if (mount.files.includes(file) || isFolder) return;
            const hint = nearest(file, mount.files);
            report(
              pod.owner.artifact,
              `${container.pointer}/${field}/${index}`,
              `${podText(pod)} is told to read ${path}, but ConfigMap ${mount.name}, which is mounted there, has no such file${hint ? `; did you mean ${hint}?` : ` (it has ${mount.files.join(', ') || 'none'}).`}`,
            );
          });
        }
      }
    }
  },
};

interface ConfigMount {
  readonly folder: string;
  readonly name: string;
  readonly files: readonly string[];
}

/** Mounts of ConfigMaps that the same compile makes: what is in others cannot be known. */
function configMounts(cluster: ClusterView, pod: PodView, container: ContainerView): readonly ConfigMount[] {
  return asList(get(container.value, 'volumeMounts')).flatMap((mount): readonly ConfigMount[] => {
    const folder = asString(get(mount, 'mountPath'))?.replace(/\/$/, '');
    if (folder === undefined || get(mount, 'subPath') !== undefined) return [];
    const volume = asList(get(pod.spec, 'volumes')).find((candidate) => get(candidate, 'name') === get(mount, 'name'));
    const name = asString(get(volume, 'configMap', 'name'));
    const map = name === undefined ? undefined : cluster.find('ConfigMap', pod.namespace, name);
    if (!map || name === undefined) return [];
    const items = get(volume, 'configMap', 'items');
    const files = Array.isArray(items)
      ? items.flatMap((item) => asString(get(item, 'path')) ?? [])
      : ['data', 'binaryData'].flatMap((field) => Object.keys(asObject(get(map.object, field)) ?? {}));
    return [{ folder, name, files }];
  });
}
