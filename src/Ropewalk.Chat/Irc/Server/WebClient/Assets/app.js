// Puts the parts together: the connection, what it tells, the views, the keys.

import { Actions } from './chat/actions.js';
import { Receiver } from './chat/receive.js';
import { State } from './chat/state.js';
import { Connection } from './irc/connection.js';
import { Announcer } from './views/announcer.js';
import { channelOf, fragmentOf } from './views/body.js';
import { ComposerView } from './views/composer.js';
import { byId } from './views/dom.js';
import { FrameView } from './views/frame.js';
import { LogView } from './views/log.js';
import { MembersView } from './views/members.js';
import { SidebarView } from './views/sidebar.js';
import { SwitcherView } from './views/switcher.js';

const NICK_KEY = 'ropewalk.nick';
const MOST_WHO = 300;

const state = new State();
const connection = new Connection(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/socket`, {
  state: connectionChanged,
  message: (message) => receiver.receive(message),
  queued: (count) => composer.setQueued(count),
  refused: (text) => showForm(text),
});
const receiver = new Receiver(state, connection);
const actions = new Actions(state, connection, receiver, leave);
const frame = new FrameView(state, () => connection.wake());
const speakWith = (nick) => !state.isOwn(nick) && actions.query(nick);
const log = new LogView(state, receiver.history, speakWith);
const composer = new ComposerView(state, actions);
const switcher = new SwitcherView(state, actions, () => composer.focus());
new SidebarView(state, actions);
new MembersView(state, speakWith);
new Announcer(state);

let wanted = '';

function start() {
  byId('nick').value = stored(NICK_KEY);
  byId('channel').value = channelOf(location.hash) || '#ropewalk';
  byId('form').addEventListener('submit', connect);
  byId('leave').addEventListener('click', () => leave('Leaving'));
  addEventListener('hashchange', () => {
    const channel = channelOf(location.hash);
    if (!byId('start').hidden) byId('channel').value = channel || byId('channel').value;
    else if (channel && channel !== state.active.name) actions.join(channel);
  });
  byId('skip').addEventListener('click', (event) => {
    event.preventDefault();
    composer.focus();
  });
  addEventListener('pageshow', (event) => event.persisted && showForm(''));
  addEventListener('online', () => connection.wake());
  addEventListener('pagehide', () => connection.quit('Page closed'));
  document.addEventListener('visibilitychange', () => {
    state.setVisible(!document.hidden);
    if (!document.hidden) connection.wake();
  });
  document.addEventListener('keydown', pressed);
  state.on('joined', joined);
  state.on('named', (conversation) => conversation === state.active && askWho(conversation));
  state.on('active', shown);
  showForm('');
}

function connect(event) {
  event.preventDefault();
  const nick = byId('nick').value.trim();
  if (!nick) return byId('nick').focus();
  store(NICK_KEY, nick);
  const channel = byId('channel').value.trim();
  wanted = channel && !channel.startsWith('#') ? '#' + channel : channel;
  state.reset();
  byId('form-error').textContent = '';
  connection.open({ nick, account: byId('account').value.trim(), password: byId('password').value, realName: nick });
  byId('password').value = '';
}

function connectionChanged(kind, detail, until) {
  if (kind === 'waiting' || kind === 'connecting') receiver.disconnected();
  frame.setConnection(kind, detail, until);
  const isFirst = !byId('start').hidden;
  byId('form-state').textContent = isFirst ? { connecting: 'Connecting…', registering: 'Logging in…', waiting: `${detail} It will be tried again.` }[kind] ?? '' : '';
  if (kind === 'waiting' && !isFirst) state.tell(detail, 'error', state.server);
  if (kind === 'online') setTimeout(() => enter(isFirst));
}

// behind the greeting, so that it is known what channels are called here
function enter(isFirst) {
  if (connection.state !== 'online') return;
  if (isFirst) {
    byId('start').hidden = true;
    byId('chat').hidden = false;
    composer.focus();
    if (wanted) wanted.split(',').forEach((name) => name.trim() && actions.join(name.trim()));
    return;
  }

  const joined = state.conversations.filter((one) => one.kind === 'channel' && one.isWanted);
  const keyed = [...joined].sort((a, b) => (a.key ? 0 : 1) - (b.key ? 0 : 1));
  for (let at = 0; at < keyed.length; at += 6) {
    const some = keyed.slice(at, at + 6);
    const keys = some.map((one) => one.key).filter(Boolean).join(',');
    connection.send('JOIN', [some.map((one) => one.name).join(','), ...(keys ? [keys] : [])]);
  }

  if (state.awayText) connection.send('AWAY', ['Away']);
}

function leave(reason) {
  connection.quit(reason);
  showForm('');
}

function showForm(error) {
  byId('chat').hidden = true;
  byId('start').hidden = false;
  byId('form-state').textContent = '';
  byId('form-error').textContent = error;
  document.title = 'Chat';
  const first = error && /password/i.test(error) ? 'password' : 'nick';
  if (first === 'password') byId('login').open = true;
  byId(byId('nick').value && !error ? 'connect' : first).focus();
}

function joined(conversation) {
  if (state.active.kind === 'server') state.activate(conversation);
}

function shown(conversation) {
  if (conversation.kind === 'channel') history.replaceState(null, '', fragmentOf(conversation.name));
  if (!byId('chat').hidden && matchMedia('(hover: hover)').matches) composer.focus();
  askWho(conversation);
}

// who is away is told when it changes; how it was before has to be asked for
function askWho(conversation) {
  if (conversation.kind !== 'channel' || !conversation.isJoined || conversation.wasAskedWho || !state.features.hasWhox || conversation.members.size > MOST_WHO) return;
  conversation.wasAskedWho = connection.send('WHO', [conversation.name, '%tnfr,7']);
}

function pressed(event) {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (byId('chat').hidden || document.querySelector('dialog[open]')) return;
  if (altKey && (key === 'ArrowUp' || key === 'ArrowDown')) {
    event.preventDefault();
    step(key === 'ArrowUp' ? -1 : 1, shiftKey);
  } else if ((ctrlKey || metaKey) && key.toLowerCase() === 'k') {
    event.preventDefault();
    switcher.open();
  } else if (key === 'PageUp' || key === 'PageDown') {
    event.preventDefault();
    log.scrollPages(key === 'PageUp' ? -1 : 1);
  } else if (key === 'Escape') {
    frame.closeDrawers();
  }
}

function step(by, isUnread) {
  const all = state.conversations;
  const from = all.indexOf(state.active);
  for (let i = 1; i <= all.length; i++) {
    const one = all[(from + by * i + all.length * i) % all.length];
    if (!isUnread || one.unread > 0) return state.activate(one);
  }
}

function stored(key) {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return ''; // a browser that keeps nothing
  }
}

function store(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // then it is asked for again
  }
}

start();
