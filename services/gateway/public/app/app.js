import { authorization, CustomerNames, get, Problem, signedIn, signIn, signOut } from './api.js';
import { Holds, matches, sorted, totals } from './holds.js';
import { EventStream } from './stream.js';
import { byId, element, holdRow, newsLine, totalsList } from './view.js';

const ROWS_STEP = 100;
const NEWS_MAX = 30;
const NEW_MS = 4_000;

const view = { key: 'excess', descending: true, rows: ROWS_STEP };
const fresh = new Map();
let holds = new Holds();
let stream = null;
let loaded = false;
let drawing = false;
let names = new CustomerNames(() => draw());

function show(section) {
  byId('login').hidden = section !== 'login';
  byId('board').hidden = section !== 'board';
  byId('who').hidden = section !== 'board';
}

function text(id, message) {
  byId(id).textContent = message ?? '';
  byId(id).hidden = !message;
}

/* Signing in and out */

function showLogin(note) {
  stream?.stop();
  stream = null;
  signOut();
  show('login');
  text('login-note', note);
  text('login-error', null);
  byId('email').focus();
}

byId('login-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const [email, password] = [byId('email'), byId('password')];
  if (!email.value || !password.value) return text('login-error', 'Enter your e-mail address and your password.');
  byId('login-button').disabled = true;
  text('login-error', null);
  try {
    await signIn(email.value, password.value);
    password.value = '';
    await showBoard();
  } catch (error) {
    text(
      'login-error',
      error instanceof Problem ? sentence(error.message) : 'The server cannot be reached. Try again in a moment.',
    );
    password.focus();
  } finally {
    byId('login-button').disabled = false;
  }
  return undefined;
});

byId('sign-out').addEventListener('click', () => showLogin(null));

const sentence = (words) => `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;

/* The board */

async function showBoard() {
  holds = new Holds();
  names = new CustomerNames(() => draw());
  loaded = false;
  byId('log').replaceChildren();
  show('board');
  draw();
  stream = new EventStream('/credit/holds/stream', authorization, { open, event: onEvent, lost, refused });
  void stream.start();
  const [me, org] = await Promise.allSettled([get('/auth/me'), get('/org')]);
  if (me.value) byId('who-name').textContent = me.value.name ?? me.value.email ?? '';
  if (org.value) byId('org').textContent = `${org.value.name} · base currency ${org.value.base_currency}`;
}

function open() {
  connection('live', loaded ? 'Live' : 'Loading');
  text('banner', null);
}

function lost(waitMs, error) {
  connection('reconnecting', 'Reconnecting');
  const why = error instanceof Problem ? sentence(error.message) : 'The connection was lost.';
  // A planned end of the connection comes back at once: no alarm for that.
  if (error)
    text(
      'banner',
      `${why} ${loaded ? 'The list below is as last seen.' : ''} Trying again in ${Math.max(1, Math.round(waitMs / 1000))} s.`,
    );
  draw();
}

function refused(problem) {
  if (problem.status === 401) showLogin('Your session has ended. Sign in again.');
  else {
    connection('reconnecting', 'No access');
    text('banner', sentence(problem.message));
  }
}

function connection(state, label) {
  byId('connection').dataset.state = state;
  byId('connection').textContent = label;
}

function onEvent(name, data) {
  if (name === 'reset') holds.reset();
  if (name === 'hold') tell(holds.apply(data), data);
  if (name === 'ready') {
    holds.ready();
    loaded = true;
    connection('live', 'Live');
  }
  draw();
}

function tell(kind, hold) {
  if (kind === null || !loaded) return;
  if (kind !== 'released') {
    fresh.set(hold.account_id, Date.now() + NEW_MS);
    setTimeout(draw, NEW_MS + 50);
  }
  byId('log-empty').hidden = true;
  byId('log').prepend(newsLine(kind, hold, names.of(hold.account_id)));
  while (byId('log').children.length > NEWS_MAX) byId('log').lastChild.remove();
}

/* Drawing: at most once a frame, however many events come */

function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    drawNow();
  });
}

function drawNow() {
  const all = holds.held();
  const filter = {
    text: byId('filter').value.trim(),
    severity: byId('severity').value,
    currency: byId('currency').value,
  };
  const nameOf = (id) => names.of(id);
  const matching = sorted(
    all.filter((hold) => matches(hold, nameOf(hold.account_id), filter)),
    view,
    nameOf,
  );
  const shown = matching.slice(0, view.rows);
  byId('rows').replaceChildren(...shown.map((hold) => holdRow(hold, nameOf(hold.account_id), isFresh(hold))));
  byId('holds').hidden = shown.length === 0;
  byId('more').hidden = matching.length <= shown.length;
  byId('totals').replaceChildren(...totalsList(totals(matching)));
  byId('count').textContent = loaded ? countLine(matching.length, all.length) : '';
  text('empty', shown.length > 0 ? null : emptyLine(all.length));
  drawCurrencies(all);
  drawSort();
  if (loaded) names.want(shown.map((hold) => hold.account_id));
  for (const line of byId('log').children) {
    const name = nameOf(line.dataset.account);
    if (name) line.querySelector('.who-is-it').textContent = name;
  }
}

function isFresh(hold) {
  const until = fresh.get(hold.account_id);
  if (until !== undefined && until < Date.now()) fresh.delete(hold.account_id);
  return fresh.has(hold.account_id);
}

const countLine = (shown, all) => (shown === all ? `${all} on hold` : `${shown} of ${all} on hold`);

function emptyLine(all) {
  if (!loaded) return 'Loading holds…';
  return all === 0
    ? 'No account is on hold. New holds appear here by themselves.'
    : 'No hold matches what you are looking for.';
}

function drawCurrencies(all) {
  const select = byId('currency');
  const wanted = ['', ...new Set(all.map((hold) => hold.currency))].sort();
  if (wanted.join() === [...select.options].map((option) => option.value).join()) return;
  const chosen = select.value;
  select.replaceChildren(...wanted.map((code) => element('option', { value: code }, code || 'All')));
  select.value = wanted.includes(chosen) ? chosen : '';
}

function drawSort() {
  for (const head of document.querySelectorAll('th[data-sort]')) {
    const active = head.dataset.sort === view.key;
    if (active) head.setAttribute('aria-sort', view.descending ? 'descending' : 'ascending');
    else head.removeAttribute('aria-sort');
  }
}

for (const head of document.querySelectorAll('th[data-sort]')) {
  head.querySelector('button').addEventListener('click', () => {
    const same = view.key === head.dataset.sort;
    view.descending = same ? !view.descending : head.dataset.sort !== 'customer';
    view.key = head.dataset.sort;
    draw();
  });
}
for (const id of ['filter', 'severity', 'currency']) byId(id).addEventListener('input', draw);
byId('more').addEventListener('click', () => {
  view.rows += ROWS_STEP;
  draw();
});

fetch('/app/settings.json')
  .then((answer) => answer.json())
  .then(({ prometheus_url: url }) => {
    if (!url) return;
    byId('prometheus').href = url;
    byId('prometheus').hidden = false;
  })
  .catch(() => undefined);

if (signedIn()) void showBoard();
else showLogin(null);
