/** What the contact sheet does in the browser: play, sort, hide. It stands in the page, so that it opens from a disk. */
export const sheetScript = `
'use strict';
const audio = new Audio();
let playing = null;
function stop() {
  audio.pause();
  if (playing) playing.removeAttribute('aria-pressed');
  playing = null;
}
function follow() {
  if (!playing) return;
  playing.querySelector('.at').style.left = 100 * Math.min(1, audio.currentTime / Number(playing.dataset.seconds)) + '%';
  requestAnimationFrame(follow);
}
audio.addEventListener('ended', stop);
audio.addEventListener('error', stop);
for (const button of document.querySelectorAll('.player'))
  button.addEventListener('click', () => {
    const again = playing === button;
    stop();
    if (again) return;
    playing = button;
    button.setAttribute('aria-pressed', 'true');
    audio.src = button.dataset.sound;
    audio.play().then(follow, stop);
  });
const byName = (a, b) => a.localeCompare(b, 'en', { numeric: true });
const body = document.querySelector('.sheet tbody');
const order = document.getElementById('order');
const failed = document.getElementById('failed');
order?.addEventListener('change', () => {
  const key = order.value;
  const rows = [...body.rows].sort((a, b) =>
    (key === 'name' ? 0 : Number(a.dataset[key]) - Number(b.dataset[key])) || byName(a.dataset.name, b.dataset.name));
  body.append(...rows);
});
failed?.addEventListener('change', () => {
  for (const row of body.rows) row.hidden = failed.checked && Number(row.dataset.failed) === 0;
});
for (const table of document.querySelectorAll('.sortable')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, index) => head.addEventListener('click', () => {
    const down = head.getAttribute('aria-sort') === 'ascending';
    heads.forEach((other) => other.removeAttribute('aria-sort'));
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const text = (row) => row.cells[index].textContent.replace('−', '-');
    const number = (row) => (text(row).trim() === '' ? NaN : Number(text(row)));
    const rows = [...table.tBodies[0].rows].sort((a, b) => {
      const [x, y] = [number(a), number(b)];
      return (down ? -1 : 1) * (Number.isNaN(x) || Number.isNaN(y) ? byName(text(a), text(b)) : x - y);
    });
    table.tBodies[0].append(...rows);
  }));
}
addEventListener('hashchange', open);
function open() {
  const run = location.hash && document.getElementById(location.hash.slice(1));
  if (run) run.scrollIntoView({ block: 'center', inline: 'center' });
}
open();
`;
