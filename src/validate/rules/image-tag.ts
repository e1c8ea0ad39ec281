/** An image without a fixed version is another program tomorrow. */
import { podText } from '../pods.ts';
import { asString, type ClusterRule, get } from '../rule.ts';

export const imageTag: ClusterRule = {
  id: 'image-tag',
  family: 'security',
  severity: 'error',
  title: 'images carry a version or a digest',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      for (const container of pod.containers) {
        const image = asString(get(container.value, 'image'));
        if (image === undefined || image.includes('@sha256:')) continue;
        const last = image.slice(image.lastIndexOf('/') + 1);
        const tag = last.includes(':') ? last.slice(last.indexOf(':') + 1) : '';
        if (tag !== '' && tag !== 'latest') continue;
        report(
          pod.owner.artifact,
          `${container.pointer}/image`,
          `Image ${image} of ${podText(pod)} ${tag === '' ? 'has no tag' : 'is tagged latest'}: pin a released version in the unit's "images".`,
        );
      }
    }
  },
};
