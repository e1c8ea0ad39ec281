/** A change on its way from beta to stable and back, over real git repositories, by the commands themselves. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { add, adopt, channels } from '../../src/commands/channels.ts';
import { check } from '../../src/commands/check.ts';
import { compile } from '../../src/commands/compile.ts';
import { history } from '../../src/commands/history.ts';
import { type PromoteOptions, promote } from '../../src/commands/promote.ts';
import { Scene } from './scene.ts';

let scene: Scene;
beforeAll(() => {
  scene = new Scene();
});
afterAll(() => scene.dispose());

const run = (options: Partial<PromoteOptions>) =>
  scene.run((io) => promote({ units: [], now: scene.today, ...options }, io));

/** After each step: nothing wrong, and `out/` is what the sources compile to. */
async function expectClean(): Promise<void> {
  const result = await scene.run((io) => check({ now: scene.today }, io));
  expect(result.text).toContain('clean');
  expect(result.status).toBe(0);
}

describe('a change travels', () => {
  test('the repository begins clean, and stable is adopted', async () => {
    expect((await scene.run((io) => compile({}, io))).status).toBe(0);
    scene.commit('the beginning');
    const adopted = await scene.run((io) => adopt({}, io));
    expect(adopted.text).toContain('4 records written');
    scene.commit('records');
    const table = await scene.run((io) => channels({ now: scene.today }, io));
    expect(table.text).toMatch(/^red .*same v1\.0\.0/m);
    await expectClean();
  });

  test('it lands in beta, and stable is behind', async () => {
    scene.edit('channels/beta/components/red/component.yaml', 'v1.0.0', 'v1.1.0');
    scene.edit('channels/beta/components/green/component.yaml', 'v1.0.0', 'v2.0.0');
    scene.edit('channels/beta/channel.yaml', 'promotes_to: stable\n', 'promotes_to: stable\ngates: { soak: 48h }\n');
    await scene.run((io) => compile({}, io));
    scene.commit('red 1.1, green 2.0, a soak time');
    const table = await scene.run((io) => channels({ now: scene.today }, io));
    expect(table.text).toMatch(/^red .*v1\.1\.0.*behind by 1 v1\.0\.0/m);
    expect(table.text).toMatch(/^blue .*same/m);
    await expectClean();
  });

  test('the gate refuses it before its time, and nothing is written', async () => {
    const before = scene.files();
    const result = await run({ units: ['red'] });
    expect(result.status).toBe('failed');
    expect(result.text).toContain('Gate soak of red: unchanged in beta for');
    expect(scene.files()).toEqual(before);
  });

  test('a dry run says what it would do, and writes nothing', async () => {
    for (let day = 0; day < 2; day++) scene.commit('a day');
    const before = scene.files();
    const result = await run({ units: ['red'], dryRun: true });
    expect(result.status, result.text).toBe(0);
    expect(result.text).toContain('image red: red:v1.0.0 to red:v1.1.0');
    expect(result.text).toContain('late');
    expect(scene.files()).toEqual(before);
  });

  test('it is promoted in part: red moves, green does not, and out/ is what the plan said', async () => {
    const green = scene.read('channels/stable/components/green/component.yaml');
    const result = await run({ units: ['red'], commit: true });
    expect(result.status, result.text).toBe(0);
    expect(scene.git('status', '--porcelain')).toBe('');
    expect(scene.git('log', '-1', '--format=%s')).toBe('Promote to stable: red\n');
    expect(scene.read('channels/stable/components/red/component.yaml')).toContain('v1.1.0');
    expect(scene.read('channels/stable/components/green/component.yaml')).toBe(green);
    expect(scene.read('out/late/kubernetes/red/configmap_default_red.yaml')).toContain('v1.1.0');
    const changed = scene.git('show', '--name-only', '--format=', 'HEAD').trim().split('\n');
    expect(changed.every((path) => /\bred\b/.test(path))).toBe(true);
    await expectClean();
    scene.commit('a day');
  });

  test('a hand edit in stable is found, shown, and never lost', async () => {
    scene.edit('channels/stable/components/green/main.jsonnet', "third: '3'", "third: 'edited here'");
    await scene.run((io) => compile({}, io));
    scene.commit('a hotfix in stable');
    const table = await scene.run((io) => channels({ now: scene.today }, io));
    expect(table.text).toMatch(/^green .*EDITED BY HAND/m);
    const before = scene.files();
    const result = await run({ units: ['green'] });
    expect(result.status).toBe('failed');
    expect(result.text).toContain('--merge green, --keep green, or --take-source green');
    expect(result.text).toContain("+     third: 'edited here',");
    expect(scene.files()).toEqual(before);
  });

  test('it is merged: the edit and the new version stand side by side', async () => {
    scene.edit('channels/beta/components/green/main.jsonnet', "first: '1'", "first: 'from beta'");
    await scene.run((io) => compile({}, io));
    scene.commit('green goes on in beta');
    scene.commit('a day');
    scene.commit('a day');
    const result = await run({ units: ['green'], merge: ['green'] });
    expect(result.status, result.text).toBe(0);
    const merged = scene.read('channels/stable/components/green/main.jsonnet');
    expect(merged).toContain("first: 'from beta'");
    expect(merged).toContain("third: 'edited here'");
    await expectClean();
    scene.commit('green to stable, merged');
    const table = await scene.run((io) => channels({ now: scene.today }, io));
    expect(table.text).toMatch(/^green .*EDITED BY HAND/m);
  });

  test('two edits of one line are refused, with the place', async () => {
    scene.edit('channels/beta/components/green/main.jsonnet', "third: '3'", "third: 'also in beta'");
    await scene.run((io) => compile({}, io));
    scene.commit('the same line in beta');
    scene.commit('a day');
    scene.commit('a day');
    const before = scene.files();
    const result = await run({ units: ['green'], merge: ['green'] });
    expect(result.status).toBe('failed');
    expect(result.text).toContain('both sides changed the same lines');
    expect(scene.files()).toEqual(before);
    const taken = await run({ units: ['green'], takeSource: ['green'] });
    expect(taken.status, taken.text).toBe(0);
    scene.commit('green as beta has it');
    await expectClean();
  });

  test('a library file moves with the unit that reads it, and the plan names the other readers', async () => {
    scene.edit(
      'channels/beta/lib/kube.libsonnet',
      "namespace: 'default' }",
      "namespace: 'default', labels: { made: 'by-weir' } }",
    );
    scene.edit('channels/beta/components/blue/component.yaml', 'v1.0.0', 'v1.0.1');
    await scene.run((io) => compile({}, io));
    scene.commit('labels for everybody');
    for (let day = 0; day < 3; day++) scene.commit('a day');
    const result = await run({ units: ['blue'] });
    expect(result.status, result.text).toBe(0);
    expect(result.text).toContain('lib/kube.libsonnet: updated, for blue; also read by green, red');
    expect(scene.read('out/late/kubernetes/red/configmap_default_red.yaml')).toContain('by-weir');
    await expectClean();
    scene.commit('blue to stable');
  });

  test('it is taken back: every byte as before', async () => {
    const after = scene.files();
    const result = await run({ units: ['blue'], revert: true });
    expect(result.status, result.text).toBe(0);
    await expectClean();
    scene.commit('blue taken back');
    const before = new Map(
      scene
        .git('ls-tree', '-r', '--name-only', 'HEAD~2')
        .trim()
        .split('\n')
        .map((path) => [path, scene.git('show', `HEAD~2:${path}`)] as const),
    );
    expect(
      new Map([...scene.files()].filter(([path]) => path.startsWith('channels/') || path.startsWith('out/'))),
    ).toEqual(new Map([...before].filter(([path]) => path.startsWith('channels/') || path.startsWith('out/'))));
    expect(scene.files()).not.toEqual(after);
  });

  test('a third channel works without code, and a unit passes through it', async () => {
    const added = await scene.run((io) => add({ name: 'candidate', after: 'beta' }, io));
    expect(added.status, added.text).toBe(0);
    await scene.run((io) => compile({}, io));
    scene.commit('a candidate channel');
    await expectClean();
    for (let day = 0; day < 3; day++) scene.commit('a day');
    const first = await run({ units: ['blue'], from: 'beta' });
    expect(first.status, first.text).toBe(0);
    scene.commit('blue to candidate');
    expect(scene.read('channels/candidate/components/blue/component.yaml')).toContain('v1.0.1');
    expect(scene.read('channels/stable/components/blue/component.yaml')).toContain('v1.0.0');
    const second = await run({ units: ['blue'], from: 'candidate' });
    expect(second.status, second.text).toBe(0);
    scene.commit('blue to stable');
    expect(scene.read('channels/stable/components/blue/component.yaml')).toContain('v1.0.1');
    await expectClean();
  });

  test('a cluster takes a unit early, the table shows it, and the promotion says that it is moot', async () => {
    scene.edit('channels/beta/components/red/component.yaml', 'v1.1.0', 'v1.2.0');
    scene.edit('clusters/late.yaml', 'channel: stable\n', 'channel: stable\nchannels: { red: candidate }\n');
    await scene.run((io) => compile({}, io));
    scene.commit('red 1.2, early on late');
    for (let day = 0; day < 3; day++) scene.commit('a day');
    expect((await run({ units: ['red'], from: 'beta' })).status).toBe(0);
    scene.commit('red to candidate');
    const table = await scene.run((io) => channels({ now: scene.today }, io));
    expect(table.text).toContain('late takes red from candidate');
    const result = await run({ units: ['red'], from: 'candidate' });
    expect(result.status, result.text).toBe(0);
    expect(result.text).toContain('its channels key is moot now');
    scene.commit('red to stable');
  });

  test('its life can be told', async () => {
    const told = await scene.run((io) => history({ unit: 'green' }, io));
    expect(told.text).toMatch(/stable +EDITED .* a hotfix in stable/);
    expect(told.text).toMatch(/stable +promoted .* green to stable, merged/);
    expect(told.text).toMatch(/beta +changed .* green goes on in beta/);
  });

  test('an override needs a reason, and the reason lands in the record', async () => {
    scene.edit('channels/beta/components/red/component.yaml', 'v1.2.0', 'v1.3.0');
    await scene.run((io) => compile({}, io));
    scene.commit('red 1.3');
    const result = await run({ units: ['red'], from: 'beta', override: ['soak=the outage of today'] });
    expect(result.status, result.text).toBe(0);
    expect(scene.read('channels/candidate/promoted/red.yaml')).toContain('the outage of today');
  });
});
