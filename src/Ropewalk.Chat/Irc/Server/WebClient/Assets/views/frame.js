// What is around the messages: the head of the conversation, the drawers of a narrow window, the state of the connection.

import { body } from './body.js';
import { byId } from './dom.js';

export class FrameView {
  #state;
  #until = 0;
  #timer = 0;

  constructor(state, onNow) {
    this.#state = state;
    state.on('active', () => {
      this.closeDrawers();
      this.#head();
    });
    for (const name of ['topic', 'members', 'own', 'conversations']) state.on(name, () => this.#head());
    byId('retry').addEventListener('click', onNow);
    byId('sidebar-toggle').addEventListener('click', () => this.#toggle('sidebar'));
    byId('members-toggle').addEventListener('click', () => this.#toggle('members'));
    byId('veil').addEventListener('click', () => this.closeDrawers());
    // in a wide window there are no drawers, and nothing to keep out of reach
    matchMedia('(max-width: 860px)').addEventListener('change', () => this.closeDrawers());
  }

  /** Closes what is open at a side, and leads back to what opened it. */
  closeDrawers() {
    const side = ['sidebar', 'members'].find((one) => document.body.classList.contains(`shows-${one}`));
    if (!side) return;
    const hasFocus = byId(side).contains(document.activeElement) || document.activeElement === document.body;
    this.#set(side, false);
    if (hasFocus) byId(`${side}-toggle`).focus();
  }

  /** Shows how it is with the connection; nothing where all is well. */
  setConnection(state, detail, until) {
    const words = { connecting: 'Connecting…', registering: 'Logging in…', waiting: detail, online: '', idle: '' };
    byId('connection').hidden = !words[state];
    byId('connection-text').textContent = words[state];
    byId('retry').hidden = state !== 'waiting';
    byId('input').disabled = false;
    document.body.dataset.connection = state;
    this.#until = until;
    clearInterval(this.#timer);
    byId('connection-wait').textContent = '';
    if (state === 'waiting') {
      this.#count();
      this.#timer = setInterval(() => this.#count(), 1000);
    }
  }

  #count() {
    byId('connection-wait').textContent = `Next try in ${Math.max(0, Math.ceil((this.#until - Date.now()) / 1000))} s.`;
  }

  #head() {
    const { active, features, conversations } = this.#state;
    byId('title').textContent = active.name;
    byId('topic').replaceChildren(...(active.kind === 'channel' ? body(active.topic, features) : []));
    byId('topic').title = active.kind === 'channel' ? active.topic : '';
    const mentions = conversations.reduce((sum, one) => sum + one.mentions, 0);
    const unread = conversations.reduce((sum, one) => sum + one.unread, 0);
    byId('sidebar-toggle').setAttribute('aria-label', `Conversations${unread > 0 ? `, ${unread} new messages` : ''}`);
    byId('sidebar-toggle').dataset.count = mentions > 0 ? 'for-you' : unread > 0 ? 'some' : '';
  }

  #toggle(side) {
    const open = !document.body.classList.contains(`shows-${side}`);
    this.closeDrawers();
    this.#set(side, open);
    if (!open) return byId(`${side}-toggle`).focus();
    (byId(side).querySelector('button') ?? byId(side)).focus();
  }

  #set(side, open) {
    document.body.classList.toggle(`shows-${side}`, open);
    byId(`${side}-toggle`).setAttribute('aria-expanded', String(open));
    // the veil covers the rest, for those who do not see it too
    for (const id of ['skip', 'conversation', side === 'sidebar' ? 'members' : 'sidebar']) byId(id).inert = open;
  }
}
