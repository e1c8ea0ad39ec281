/**
 * The script of the page, as text: it runs in the browser from a file, without a network. All text from the repository
 * reaches the page by `textContent`, never as HTML. Groups are drawn when they are opened, so that a thousand clusters
 * cost no more than ten.
 */
export const pageScript = `
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const form = document.getElementById('filters');
  const list = document.getElementById('causes');
  const status = document.getElementById('status');
  const clusterOf = new Map(data.clusters.map((cluster) => [cluster.name, cluster]));

  const element = (name, attributes, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value !== undefined && value !== false) node.setAttribute(key, value === true ? '' : value);
    }
    for (const child of children.flat()) {
      if (child !== undefined && child !== null) node.append(child);
    }
    return node;
  };
  const impact = (name) => element('span', { class: 'impact l' + data.order.indexOf(name) }, data.words[name].title);
  const count = (number, noun) => number + ' ' + noun + (number === 1 ? '' : 's');
  const names = (clusters) =>
    element('details', { class: 'clusters' },
      element('summary', {}, count(clusters.length, 'cluster')),
      element('ul', { class: 'names' }, clusters.map((name) => element('li', {}, name))));
  const few = (clusters) => (clusters.length <= 4 ? clusters.join(', ') : count(clusters.length, 'cluster'));

  const sides = (before, after) => element('div', { class: 'sides' },
    element('pre', { class: before === null ? '' : 'before', 'aria-label': 'before' }, before === null ? '—' : before),
    element('pre', { class: after === null ? '' : 'after', 'aria-label': 'after' }, after === null ? '—' : after));
  const lines = (rows) => element('div', { class: 'lines' }, element('table', {},
    element('tbody', {}, rows.map((row) => element('tr', {},
      row.gap !== undefined ? element('td', { class: 'gap', colspan: '2' }, '… ' + row.gap) :
        [element('td', { class: row.changed && row.before !== null ? 'removed' : '' }, row.before === null ? '' : row.before),
          element('td', { class: row.changed && row.after !== null ? 'added' : '' }, row.after === null ? '' : row.after)])))));

  const drawField = (field) => element('div', { class: 'field' },
    element('h4', {}, field.label || '(the whole)'),
    field.notes.map((note) => element('p', {}, impact(note.impact), note.text)),
    field.word ? element('p', { class: 'soft' }, field.word) :
      field.variants.map((variant) => element('div', {},
        field.variants.length > 1 ? element('p', { class: 'soft' }, few(variant.clusters)) : null,
        variant.lines ? lines(variant.lines) : sides(variant.before, variant.after))));

  const drawGroup = (group, clusters) => {
    const details = element('details', { class: 'group', id: 'g' + group.id, 'data-id': group.id },
      element('summary', {}, impact(group.impact), group.title + ' ',
        element('span', { class: 'soft' }, few(clusters) + (group.pools.length > 0 ? ', pools ' + group.pools.join(', ') : ''))));
    details.addEventListener('toggle', () => {
      if (!details.open || details.dataset.drawn) return;
      details.dataset.drawn = 'yes';
      details.append(
        element('ul', {}, group.notes.flatMap((note) => note.texts.map((text) => element('li', {}, impact(note.impact), text.text,
          note.texts.length > 1 ? element('span', { class: 'soft' }, ' (' + few(text.clusters) + ')') : null)))),
        element('p', { class: 'soft' }, 'In ', element('code', {}, group.file)),
        names(clusters),
        ...group.fields.map(drawField));
    });
    return details;
  };

  const wanted = () => {
    const value = (name) => form.elements[name].value;
    const text = value('text').toLowerCase();
    return (group) => {
      if (value('impact') && !group.notes.some((note) => data.order.indexOf(note.impact) <= data.order.indexOf(value('impact')))) return undefined;
      if (value('component') && group.unit !== value('component')) return undefined;
      if (text && !group.search.includes(text)) return undefined;
      const clusters = group.clusters.filter((name) => {
        const cluster = clusterOf.get(name);
        return (!value('cluster') || name.includes(value('cluster'))) &&
          (!value('channel') || cluster.channel === value('channel')) &&
          (!value('environment') || cluster.environment === value('environment')) &&
          (!value('region') || cluster.region === value('region'));
      });
      return clusters.length === 0 ? undefined : clusters;
    };
  };

  const draw = () => {
    const open = new Set([...list.querySelectorAll('details.group[open]')].map((node) => node.dataset.id));
    const accepts = wanted();
    const nodes = [];
    let groups = 0;
    const touched = new Set();
    for (const cause of data.causes) {
      const kept = cause.groups.map((group) => [group, accepts(group)]).filter(([, clusters]) => clusters);
      if (kept.length === 0) continue;
      groups += kept.length;
      for (const [, clusters] of kept) for (const name of clusters) touched.add(name);
      nodes.push(element('section', { class: 'cause' },
        element('h2', {}, impact(kept[0][0].impact),
          cause.link ? element('a', { href: cause.link }, cause.title) : cause.title),
        cause.values ? sides(cause.values[0], cause.values[1]) : null,
        kept.map(([group, clusters]) => drawGroup(group, clusters))));
    }
    list.replaceChildren(...nodes);
    for (const node of list.querySelectorAll('details.group')) if (open.has(node.dataset.id)) node.open = true;
    status.textContent = count(groups, 'change') + ' on ' + count(touched.size, 'cluster') + ' shown';
    save();
  };

  const save = () => {
    const parameters = new URLSearchParams();
    for (const field of form.elements) if (field.name && field.value) parameters.set(field.name, field.value);
    const text = parameters.toString();
    history.replaceState(null, '', text ? '#' + text : location.pathname + location.search);
  };
  const restore = () => {
    const parameters = new URLSearchParams(location.hash.slice(1));
    for (const field of form.elements) if (field.name && parameters.has(field.name)) field.value = parameters.get(field.name);
    return parameters.get('open');
  };

  form.addEventListener('input', draw);
  form.addEventListener('submit', (event) => event.preventDefault());
  document.getElementById('reset').addEventListener('click', () => { form.reset(); draw(); });
  document.getElementById('expand').addEventListener('click', () => {
    const all = [...list.querySelectorAll('details.group')].slice(0, 200);
    const opening = all.some((node) => !node.open);
    for (const node of all) node.open = opening;
  });
  restore();
  draw();
})();
`;
