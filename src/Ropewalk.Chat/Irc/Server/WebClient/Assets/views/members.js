// Who is in the channel.

import { colorOf } from '../chat/markup.js';
import { byId, element } from './dom.js';

const MOST_SHOWN = 1000;
const RANKS = { '~': 'founder', '&': 'protected', '@': 'operator', '%': 'half operator', '+': 'voice' };

export class MembersView {
  #state;
  #list = byId('member-list');
  #head = byId('member-count');
  #frame = 0;

  constructor(state, onNick) {
    this.#state = state;
    state.on('active', () => this.#later());
    state.on('members', (conversation) => conversation === state.active && this.#later());
    this.#list.addEventListener('click', (event) => {
      const nick = event.target.closest('button')?.dataset.nick;
      if (nick) onNick(nick);
    });
  }

  // many changes, such as a split of the network, are drawn once
  #later() {
    this.#frame ||= setTimeout(() => {
      this.#frame = 0;
      this.#draw();
    }, 30);
  }

  #draw() {
    const conversation = this.#state.active;
    document.body.classList.toggle('has-members', conversation.kind === 'channel');
    const members = this.#state.membersOf(conversation);
    this.#head.textContent = members.length === 1 ? '1 person' : `${members.length} people`;
    byId('members-toggle').textContent = `${members.length}`;
    byId('members-toggle').setAttribute('aria-label', `People in this channel: ${members.length}`);
    const rows = members.slice(0, MOST_SHOWN).map((member) => this.#row(member));
    if (members.length > MOST_SHOWN) rows.push(element('li', { class: 'more' }, `and ${members.length - MOST_SHOWN} more`));
    this.#list.replaceChildren(...rows);
  }

  #row({ nick, ranks, account, isAway, realName }) {
    const rank = RANKS[ranks[0]];
    const title = [realName, account && `account ${account}`, rank, isAway && 'away'].filter(Boolean).join(' · ');
    return element('li', { class: isAway ? 'away' : '' },
      element('button', { type: 'button', 'data-nick': nick, title },
        element('span', { class: 'rank', 'aria-hidden': 'true' }, ranks[0] ?? ''),
        element('span', { class: `nick nick-${colorOf(nick, 12)}` }, nick),
        isAway ? element('span', { class: 'state' }, 'away') : null,
        rank ? element('span', { class: 'unseen' }, `, ${rank}`) : null));
  }
}
