/** The report's style sheet. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #fbfaf7; --card: #ffffff; --ink: #1c2024; --soft: #5c6670; --line: #e2ded5;
  --learning: #0d7a70; --judged: #c2570c; --good: #18794e; --bad: #c6303e; --plot-background: var(--card);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121417; --card: #1a1d21; --ink: #eceae4; --soft: #9aa4ae; --line: #2d3238;
    --learning: #4fc3b5; --judged: #f0934e; --good: #5bc98c; --bad: #ff7b86;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
header p { margin: 0; }
header + .card { margin-top: 1.8rem; }
.eyebrow { color: var(--learning); font-weight: 600; letter-spacing: .06em; text-transform: uppercase; font-size: .8rem; }
h1 { font-size: clamp(1.9rem, 6vw, 2.9rem); line-height: 1.12; letter-spacing: -.02em; margin: .4rem 0 .6rem; text-wrap: balance; }
h2 { font-size: 1.3rem; letter-spacing: -.01em; margin: 3rem 0 .35rem; }
h2 + p, h3 + p { margin-top: 0; }
p { text-wrap: pretty; }
.soft, figcaption, footer { color: var(--soft); }
.stopped { border-left: 4px solid var(--judged); padding: .6rem 1rem; margin: 1.2rem 0 0; background: var(--card); border-radius: 0 8px 8px 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.2rem, 1fr)); gap: .7rem; margin: .9rem 0 0; }
.figures div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .7rem .9rem; }
.figures dt { color: var(--soft); font-size: .82rem; }
.figures dd { margin: 0; font-size: 1.15rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1rem; margin: .9rem 0 0; }
.card svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .88rem; color: var(--soft); margin: 0 0 .4rem; }
.key i { display: inline-block; width: .75rem; height: .75rem; border-radius: 3px; margin-right: .4rem; vertical-align: -.05rem; }
.mistakes { display: grid; grid-template-columns: repeat(6, 1fr); gap: .7rem; }
.mistakes figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .45rem; text-align: center; }
.mistakes img { width: 100%; height: auto; image-rendering: pixelated; border-radius: 5px; filter: invert(1); display: block; }
@media (prefers-color-scheme: dark) { .mistakes img { filter: none; } }
.mistakes figcaption { font-size: .8rem; line-height: 1.35; margin-top: .4rem; }
.mistakes b { color: var(--ink); font-weight: 600; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; font-variant-numeric: tabular-nums; }
td { padding: .3rem .8rem .3rem 0; border-top: 1px solid var(--line); vertical-align: top; }
td:first-child { width: 1.4rem; padding-right: .2rem; }
td:nth-child(2) { width: 38%; }
section > h3 { margin: 1.8rem 0 .2rem; }
table.networks th { text-align: left; font-weight: 600; padding: .3rem .8rem .3rem 0; vertical-align: top; }
table.networks tr:first-child > * { border-top: 0; font-size: 1rem; }
table.networks tr:not(:first-child) th { font-weight: 400; color: var(--soft); border-top: 1px solid var(--line); width: 34%; }
table.networks td { width: auto; }
.good { color: var(--good); } .bad { color: var(--bad); font-weight: 700; }
h3 { font-size: 1rem; margin: 0 0 .3rem; display: flex; justify-content: space-between; gap: 1rem; }
h3 span { font-weight: 400; color: var(--soft); font-size: .85rem; }
ul.slips { margin: .2rem 0 .7rem; padding-left: 1.1rem; font-size: .88rem; color: var(--soft); }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .9em; overflow-wrap: anywhere; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .88rem; }
@media (max-width: 560px) {
  main { padding: 2rem .9rem 3rem; }
  .wide { display: none; } .narrow { display: block; }
  .card { padding: .75rem; }
  .mistakes { grid-template-columns: repeat(3, 1fr); gap: .5rem; }
  td { padding-right: .5rem; }
  .beside { display: block; }
}
`;
