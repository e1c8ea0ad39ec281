/** Static pods stand in user data, where no API server refuses them: the kubelet drops what it cannot read. */
import type { JsonObject } from '../../model.ts';
import { asList, asObject, asString, type ClusterRule, get } from '../rule.ts';
import { pathsOf, staticPods, userDataOf } from '../userdata.ts';

export const staticPod: ClusterRule = {
  id: 'static-pod',
  family: 'embedded',
  severity: 'error',
  title: 'static pods in user data are valid, mount what they name, and name files that nodes have',
  scope: 'cluster',
  check(cluster, report, unchecked, data) {
    for (const userData of userDataOf(cluster)) {
      const present = pathsOf(userData);
      for (const { file, value } of staticPods(userData)) {
        const object = asObject(value);
        const say = (message: string) => report(userData.artifact, userData.pointer, `${file.path}: ${message}`);
        if (!object) {
          say('this is no pod.');
          continue;
        }
        const issues = data.validateObject(cluster.kubernetes, object, []);
        if (!issues) unchecked(`static pod ${file.path}`, `no schema for ${String(object.kind)}`);
        for (const issue of issues ?? []) say(`${issue.pointer}: ${issue.message}`);
        checkFiles(object, present, say);
      }
    }
  },
};

/** Files that are mounted from the host exist, and files that flags name are mounted. */
function checkFiles(pod: JsonObject, present: ReadonlySet<string>, say: (message: string) => void): void {
  const volumes = asList(get(pod, 'spec', 'volumes'));
  for (const volume of volumes) {
    const path = asString(get(volume, 'hostPath', 'path'));
    // Directories come with the image, or are made by the kubelet; single files are written or fetched.
    if (path === undefined || get(volume, 'hostPath', 'type') !== 'File' || present.has(path)) continue;
    say(`it mounts ${path}, which the user data neither writes nor fetches. The kubelet would not start it.`);
  }
  for (const container of asList(get(pod, 'spec', 'containers'))) {
    const mounts = asList(get(container, 'volumeMounts')).flatMap((mount) => asString(get(mount, 'mountPath')) ?? []);
    for (const field of ['command', 'args'] as const) {
      for (const argument of asList(get(container, field))) {
        const path =
          typeof argument === 'string' ? /^--[\w-]+=(\/etc\/kubernetes\/[^\s,]+)$/.exec(argument)?.[1] : undefined;
        if (path === undefined) continue;
        if (mounts.some((mount) => path === mount || path.startsWith(`${mount.replace(/\/$/, '')}/`))) continue;
        say(`${String(get(container, 'name'))} reads ${path}, which is not mounted into it.`);
      }
    }
  }
}
