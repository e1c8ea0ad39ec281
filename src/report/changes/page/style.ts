/** The style of the page: light and dark, narrow and wide, print. */
export const pageStyle = `
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --card: #f6f8fa;
  --add: #dafbe1; --del: #ffebe9; --loud: #cf222e; --warn: #9a6700; --good: #1a7f37; --calm: #0969da; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --text: #e6edf3; --soft: #9198a1; --line: #30363d;
  --card: #161b22; --add: #12361d; --del: #4a1618; --loud: #ff7b72; --warn: #d4a72c; --good: #56d364; --calm: #79c0ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 80rem; padding: 1rem; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
p { margin: .3rem 0; } .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .25rem .6rem;
  border-bottom: 1px solid var(--line); } td.number, th.number { text-align: right; }
form { display: flex; flex-wrap: wrap; gap: .6rem; padding: .8rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem; position: sticky; top: 0; z-index: 1; }
form label { display: flex; flex-direction: column; font-size: .8rem; color: var(--soft); flex: 1 1 9rem; }
input, select, button { font: inherit; color: var(--text); background: var(--back); border: 1px solid var(--line);
  border-radius: .3rem; padding: .25rem .4rem; width: 100%; }
button { width: auto; cursor: pointer; align-self: end; }
:focus-visible { outline: 3px solid var(--calm); outline-offset: 1px; }
section.cause { border: 1px solid var(--line); border-radius: .5rem; margin: .8rem 0; padding: .2rem .8rem .6rem; }
details { margin: .3rem 0; } details > summary { cursor: pointer; padding: .2rem 0; }
details.group { border-top: 1px solid var(--line); }
.impact { display: inline-block; font-size: .8rem; font-weight: 600; border: 1px solid currentColor; border-radius: 1rem;
  padding: 0 .6rem; margin-right: .4rem; white-space: nowrap; }
.l0, .l1, .l2 { color: var(--loud); } .l3, .l4, .l5, .l6, .l7 { color: var(--warn); } .l8 { color: var(--good); }
.l9, .l10, .l11 { color: var(--calm); }
.field { margin: .5rem 0 .5rem 1rem; } .field h4 { font: 600 .85rem ui-monospace, monospace; margin: 0 0 .2rem; }
.sides { display: grid; grid-template-columns: 1fr 1fr; border: 1px solid var(--line); border-radius: .3rem; overflow: hidden; }
.sides > pre { margin: 0; padding: .3rem .5rem; font: .82rem/1.4 ui-monospace, monospace; white-space: pre-wrap; min-width: 0; }
.sides > pre + pre { border-left: 1px solid var(--line); } .before { background: var(--del); } .after { background: var(--add); }
.lines { border: 1px solid var(--line); border-radius: .3rem; overflow-x: auto; }
.lines td { border: 0; padding: 0 .5rem; font: .82rem/1.4 ui-monospace, monospace; white-space: pre-wrap; width: 50%; }
td.added { background: var(--add); } td.removed { background: var(--del); } td.gap { color: var(--soft); text-align: center; }
ul.names { columns: 14rem; margin: .3rem 0; padding-left: 1.2rem; }
@media (max-width: 40rem) { .sides { grid-template-columns: 1fr; } .sides > pre + pre { border-left: 0; border-top: 1px solid var(--line); }
  form { position: static; } }
@media print { form { display: none; } }
`;
